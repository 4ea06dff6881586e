"""Every address of the portal, read from the URLconf."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


def adresses(resolveur: URLResolver | None = None, espace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield (namespaced name, pattern) for every address. Raises AssertionError for one without a name."""
    for motif in (resolveur or get_resolver()).url_patterns:
        if isinstance(motif, URLResolver):
            yield from adresses(motif, f"{espace}{motif.namespace}:" if motif.namespace else espace)
        elif motif.name is None:
            # The admin's old address of an object and its last resort carry no name: they only redirect or say 404.
            assert espace == "admin:", motif
        else:
            yield f"{espace}{motif.name}", motif


def vue_de(motif: URLPattern) -> Callable[..., Any]:
    """Return the view with its declaration: that of `cite.droits.acces`, on the function or on a class's dispatch."""
    classe = getattr(motif.callback, "view_class", None)
    return classe.dispatch if classe else motif.callback

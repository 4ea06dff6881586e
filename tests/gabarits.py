"""A template of ours that prints a variable nobody gave fails the test; Django's own templates are left alone."""

import sys
from pathlib import Path

from django.template.base import Node

NOS_GABARITS = str(Path(__file__).resolve().parent.parent / "templates")


class VariableInconnue(str):
    """Django formats its `string_if_invalid` with the name of the missing variable: that is where this one speaks."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True

    def __contains__(self, cle: object) -> bool:
        return cle == "%s"

    def __mod__(self, variable: object) -> str:
        origine = _gabarit_en_cours()
        if origine and origine.startswith(NOS_GABARITS):
            raise AssertionError(f"{origine}: the variable {variable} is not defined")
        return ""


def _gabarit_en_cours() -> str | None:
    """The template of the node being rendered, looked for up the stack: nothing else knows it."""
    cadre = sys._getframe(2)
    while cadre is not None:
        noeud = cadre.f_locals.get("self")
        if isinstance(noeud, Node) and getattr(noeud, "origin", None):
            return noeud.origin.name
        cadre = cadre.f_back
    return None

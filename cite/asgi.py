"""The entry of the portal in service: two doors.

`/signal/` is a small native endpoint that can hold thousands of open streams; every other page is Django, run as WSGI
in a pool of threads that keep their database connections (a coroutine, a thread and a connection per request cost twice
the time). Serve it with:

    uvicorn cite.asgi:application --timeout-graceful-shutdown 3
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cite.settings")
_django: Any = get_wsgi_application()

from cite.signal import Flux, Veilleur  # noqa: E402  (needs Django set up)

CHEMIN_SIGNAL = "/signal/"
# Who is asking is nobody's business (charter, 4): pages never get to know an address.
ENTETES_RETENUS = {b"x-forwarded-for", b"x-real-ip", b"forwarded", b"x-client-ip", b"true-client-ip"}


class Application:
    def __init__(self, pages: Any, veilleur: Veilleur, flux: Flux) -> None:
        self.pages = pages
        self.veilleur = veilleur
        self.flux = flux

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._vivre(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"].removeprefix(scope.get("root_path", "")) == CHEMIN_SIGNAL:
            await self.flux(scope, receive, send)
        else:
            await self.pages(_depouiller(scope), receive, send)

    async def _vivre(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                _ecouter_arret(self.veilleur)
                self.veilleur.demarrer()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.veilleur.arreter()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _depouiller(scope: Any) -> dict[str, Any]:
    """The request without its sender's address.

    Headers with an underscore go too: WSGI cannot tell them from the ones with a hyphen, which would let anyone forge
    what a proxy says.
    """
    entetes = [(nom, valeur) for nom, valeur in scope["headers"] if nom not in ENTETES_RETENUS and b"_" not in nom]
    return scope | {"client": None, "headers": entetes}


def _ecouter_arret(veilleur: Veilleur) -> None:
    """End the streams at the signal itself: the server waits for open responses before it tells the application."""
    if threading.current_thread() is not threading.main_thread():
        return
    boucle = asyncio.get_running_loop()
    for numero in (signal.SIGINT, signal.SIGTERM):
        precedent = signal.getsignal(numero)
        if callable(precedent):

            def finir(recu: int, cadre: Any, precedent: Any = precedent) -> None:
                boucle.call_soon_threadsafe(veilleur.terminer)
                precedent(recu, cadre)

            signal.signal(numero, finir)


# What is loaded by now lives as long as the process: the collector need not walk through it again and again.
gc.collect()
gc.freeze()

veilleur = Veilleur()
application = Application(
    pages=WSGIMiddleware(_django, workers=settings.FILS),
    veilleur=veilleur,
    flux=Flux(veilleur, maximum=settings.FLUX_MAX),
)

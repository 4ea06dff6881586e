"""The live signal: the server says *that* something changed, never *what*.

A commit anywhere (this process, another, a shell) reaches one `Veilleur` per process, which wakes the open streams;
each page then refetches its own fragment through its ordinary view, with its ordinary rights. So a stream needs no
cookie and no right, and losing a signal costs a delay, never a wrong screen: pages refetch every 30 s anyway.

PostgreSQL: `emettre()` notifies inside the transaction, delivered at commit, silent on rollback. SQLite: the commit
itself is seen, through `PRAGMA data_version`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.db import connection, connections

journal = logging.getLogger(__name__)

CANAL = "cite_signal"
ECART = 0.1  # least time between two wake-ups
SONDAGE_SQLITE = 0.05
BATTEMENT = 15.0
VERIFICATION_POSTGRESQL = 30.0  # how long a dead link may pass for a quiet one
REPRISE = (0.2, 5.0)  # first and longest wait before trying again

PREMIER_ENVOI = b"retry: 2000\n\n"
CHANGEMENT = b"event: change\ndata:\n\n"
COMMENTAIRE = b":\n\n"


def emettre() -> None:
    """Say that the place changed. Call it inside the transaction that changes it, as often as convenient."""
    if connection.vendor == "postgresql":
        with connection.cursor() as curseur:
            curseur.execute("SELECT pg_notify(%s, '')", [CANAL])


_veilleurs: list[Veilleur] = []


def generation() -> int | None:
    """Return a number that changes when the database does, None in a process that does not watch it."""
    return sum(v.generation for v in _veilleurs) if _veilleurs else None


class Veilleur:
    """One per process: watches the database, wakes the streams."""

    def __init__(self, alias: str = "default", ecart: float = ECART) -> None:
        self.alias = alias
        self.ecart = ecart
        self.generation = 0
        self.termine = False
        self._reveils: set[asyncio.Event] = set()
        self._tache: asyncio.Task[None] | None = None
        self._prevu: asyncio.TimerHandle | None = None
        self._dernier = -ecart

    # ---------------------------------------------------------------- streams
    @contextlib.contextmanager
    def abonnement(self) -> Iterator[asyncio.Event]:
        """An event that is set at each wake-up, and at the end; whoever waits for it clears it."""
        reveil = asyncio.Event()
        self._reveils.add(reveil)
        try:
            yield reveil
        finally:
            self._reveils.discard(reveil)

    @property
    def abonnes(self) -> int:
        return len(self._reveils)

    def signaler(self) -> None:
        """Wake everyone now, or as soon as the least gap allows: bursts become one, the last one is never lost."""
        if self._prevu is not None:
            return
        boucle = asyncio.get_running_loop()
        attente = self._dernier + self.ecart - time.monotonic()
        if attente <= 0:
            self._reveiller()
        else:
            self._prevu = boucle.call_later(attente, self._reveiller)

    def _reveiller(self) -> None:
        self._prevu = None
        self._dernier = time.monotonic()
        self.generation += 1
        for reveil in self._reveils:
            reveil.set()

    # ---------------------------------------------------------------- life
    def demarrer(self) -> None:
        if self._tache is None and not self.termine:
            self._tache = asyncio.get_running_loop().create_task(self._veiller(), name="signal")
            _veilleurs.append(self)

    def terminer(self) -> None:
        """Let every stream end, so that the server can stop."""
        self.termine = True
        for reveil in self._reveils:
            reveil.set()

    async def arreter(self) -> None:
        self.terminer()
        if self._prevu is not None:
            self._prevu.cancel()
        if self._tache is not None:
            self._tache.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._tache
            _veilleurs.remove(self)

    async def _veiller(self) -> None:
        """Watch for ever; after a cut, wait a little longer each time, and wake everyone once back."""
        attente = REPRISE[0]
        while True:
            debut = time.monotonic()
            try:
                if connections[self.alias].vendor == "postgresql":
                    await self._ecouter_postgresql()
                else:
                    await self._sonder_sqlite()
            except (psycopg.Error, sqlite3.Error, OSError) as erreur:
                tenu = time.monotonic() - debut > 3 * REPRISE[1]
                if tenu or attente == REPRISE[0]:  # once a cut, not once a try
                    journal.warning("Signal interrompu (%s), nouvel essai jusqu'au retour.", type(erreur).__name__)
                attente = REPRISE[0] if tenu else attente
            await asyncio.sleep(attente)
            attente = min(attente * 2, REPRISE[1])

    async def _ecouter_postgresql(self) -> None:
        parametres = _parametres_postgresql(self.alias)
        async with await psycopg.AsyncConnection.connect(**parametres) as ecoute:
            await ecoute.execute(f"LISTEN {CANAL}")
            self.signaler()  # whatever happened while nobody listened
            while True:
                async for _ in ecoute.notifies(timeout=VERIFICATION_POSTGRESQL):
                    self.signaler()
                await ecoute.execute("SELECT 1")

    async def _sonder_sqlite(self) -> None:
        chemin = Path(connections[self.alias].settings_dict["NAME"])
        fichier = os.stat(chemin).st_ino
        # Microseconds a poll, and it never waits for a lock: it can live in the event loop.
        with contextlib.closing(
            sqlite3.connect(f"file:{quote(str(chemin))}?mode=ro", uri=True, timeout=0, isolation_level=None)
        ) as lecture:
            version = None
            while os.stat(chemin).st_ino == fichier:  # a restored backup is another file
                vue = _version_sqlite(lecture, version)
                if vue != version:
                    version = vue
                    self.signaler()
                await asyncio.sleep(SONDAGE_SQLITE)


def _version_sqlite(lecture: sqlite3.Connection, connue: int | None) -> int | None:
    try:
        return int(lecture.execute("PRAGMA data_version").fetchone()[0])
    except sqlite3.OperationalError as erreur:
        if erreur.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            return connue  # the next poll will see it
        raise


def _parametres_postgresql(alias: str) -> dict[str, Any]:
    """Where Django connects, for a connection of our own that notices a dead link."""
    parametres: dict[str, Any] = connections[alias].get_connection_params()
    for propre_a_django in ("cursor_factory", "context", "prepare_threshold"):
        parametres.pop(propre_a_django, None)
    vivacite = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
    return vivacite | parametres | {"autocommit": True, "application_name": "cite signal"}


class Flux:
    """The `/signal/` endpoint: server-sent events, plain ASGI, no Django request."""

    def __init__(self, veilleur: Veilleur, maximum: int, battement: float = BATTEMENT) -> None:
        self.veilleur = veilleur
        self.maximum = maximum
        self.battement = battement

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] != "GET":
            await _refuser(send, 405, (b"allow", b"GET"))
        elif self.veilleur.termine or self.veilleur.abonnes >= self.maximum:
            # Too many streams here: the page goes on with its own refetch, and asks again later.
            await _refuser(send, 503, (b"retry-after", b"30"))
        else:
            self.veilleur.demarrer()
            with self.veilleur.abonnement() as reveil:
                await self._servir(reveil, receive, send)

    async def _servir(self, reveil: asyncio.Event, receive: Any, send: Any) -> None:
        depart = asyncio.ensure_future(_attendre_depart(receive))
        depart.add_done_callback(lambda _: reveil.set())
        try:
            vue = self.veilleur.generation
            await send({"type": "http.response.start", "status": 200, "headers": ENTETES_FLUX})
            # A first change at once: whatever was missed before this stream is fetched.
            await _envoyer(send, PREMIER_ENVOI + CHANGEMENT)
            while not (self.veilleur.termine or depart.done()):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reveil.wait(), self.battement)
                reveil.clear()
                if not (self.veilleur.termine or depart.done()):
                    derniere, vue = vue, self.veilleur.generation
                    await _envoyer(send, COMMENTAIRE if vue == derniere else CHANGEMENT)
            if not depart.done():
                await send({"type": "http.response.body", "body": b""})
        except OSError:
            pass  # the page went away while we were writing to it
        finally:
            depart.cancel()


ENTETES_FLUX = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def _envoyer(send: Any, corps: bytes) -> None:
    await send({"type": "http.response.body", "body": corps, "more_body": True})


async def _attendre_depart(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuser(send: Any, statut: int, *entetes: tuple[bytes, bytes]) -> None:
    tous = [(b"content-length", b"0"), (b"cache-control", b"no-store"), *entetes]
    await send({"type": "http.response.start", "status": statut, "headers": tous})
    await send({"type": "http.response.body", "body": b""})

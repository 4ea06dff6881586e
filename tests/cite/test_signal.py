"""The live signal: a commit wakes, a rollback is silent, nothing that happened during a cut is missed."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Callable

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from cite import signal
from cite.signal import Flux, Veilleur, emettre
from tests.serveur import gerer

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 5.0  # a signal that has not come by then is lost
SILENCE = 0.4  # several polls


def changer(annuler: bool = False) -> None:
    with transaction.atomic():
        ContentType.objects.create(app_label="essai", model=f"m{time.monotonic_ns()}")
        emettre()
        emettre()
        if annuler:
            transaction.set_rollback(True)


@contextlib.asynccontextmanager
async def veille() -> AsyncIterator[Veilleur]:
    """A watcher that listens, its own first wake-up behind it."""
    veilleur = Veilleur()
    veilleur.demarrer()
    await attendre(lambda: veilleur.generation == 1)
    try:
        yield veilleur
    finally:
        await veilleur.arreter()


async def attendre(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


def test_a_commit_wakes():
    async def scenario():
        async with veille() as veilleur:
            await asyncio.to_thread(avec_connexion_a_soi, changer)
            await attendre(lambda: veilleur.generation == 2)
            await asyncio.sleep(SILENCE)
            assert veilleur.generation == 2

    asyncio.run(scenario())


def test_a_rollback_is_silent():
    async def scenario():
        async with veille() as veilleur:
            await asyncio.to_thread(avec_connexion_a_soi, changer, True)
            await asyncio.sleep(SILENCE)
            assert veilleur.generation == 1

    asyncio.run(scenario())


def test_another_process_is_seen(base_a_part, monkeypatch):
    from dj_database_url import parse

    for cle in ("NAME", "HOST", "PORT", "USER", "PASSWORD"):
        monkeypatch.setitem(connection.settings_dict, cle, parse(base_a_part)[cle])

    async def scenario():
        async with veille() as veilleur:
            script = "from tests.cite.test_signal import changer; changer()"
            await asyncio.to_thread(gerer, base_a_part, "shell", "--no-imports", "-c", script)
            await attendre(lambda: veilleur.generation >= 2)

    asyncio.run(scenario())


@pytest.mark.postgres
def test_after_a_cut_of_postgresql_everyone_is_woken():
    async def scenario():
        async with veille() as veilleur:
            with veilleur.abonnement() as reveil:
                await asyncio.to_thread(couper_l_ecoute)
                await asyncio.wait_for(reveil.wait(), PATIENCE)
            await asyncio.to_thread(avec_connexion_a_soi, changer)
            await attendre(lambda: veilleur.generation >= 3)

    asyncio.run(scenario())


def couper_l_ecoute() -> None:
    with psycopg.connect(**parametres_psycopg(), autocommit=True) as autre:
        autre.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'cite signal' AND datname = current_database()"
        )


def parametres_psycopg() -> dict[str, object]:
    base = connection.settings_dict
    parametres = {"dbname": base["NAME"], "host": base["HOST"], "port": base["PORT"], "user": base["USER"]}
    return {cle: valeur for cle, valeur in parametres.items() if valeur}


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about the file of SQLite")
def test_a_restored_sqlite_file_wakes(tmp_path, monkeypatch):
    chemin = tmp_path / "cite.sqlite3"
    sqlite3.connect(chemin).close()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(chemin))

    async def scenario():
        async with veille() as veilleur:
            chemin.rename(tmp_path / "ancien.sqlite3")
            await asyncio.sleep(0.2)
            with contextlib.closing(sqlite3.connect(chemin)):
                await attendre(lambda: veilleur.generation >= 2)

    asyncio.run(scenario())


def avec_connexion_a_soi(action: Callable[..., None], *arguments: object) -> None:
    """Run in a thread, on the thread's own connection, and close it: nothing else would."""
    try:
        action(*arguments)
    finally:
        connection.close()


# ------------------------------------------------------------------------------------------------ wake-ups
def test_a_burst_becomes_two_wakes_and_its_end_is_never_lost():
    async def scenario():
        veilleur = Veilleur(ecart=0.1)
        for _ in range(50):
            veilleur.signaler()
        assert veilleur.generation == 1
        await attendre(lambda: veilleur.generation == 2)
        await asyncio.sleep(0.25)
        assert veilleur.generation == 2

    asyncio.run(scenario())


# ------------------------------------------------------------------------------------------------ stream
class Page:
    """The other end of a stream, as an ASGI server shows it to the endpoint."""

    def __init__(self, methode: str = "GET") -> None:
        self.scope = {"type": "http", "method": methode, "path": "/signal/", "headers": []}
        self.statut = 0
        self.entetes: dict[bytes, bytes] = {}
        self.recu = b""
        self.partie = asyncio.Event()

    async def receive(self) -> dict:
        await self.partie.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict) -> None:
        if message["type"] == "http.response.start":
            self.statut, self.entetes = message["status"], dict(message["headers"])
        self.recu += message.get("body", b"")


def flux(veilleur: Veilleur, maximum: int = 10, battement: float = 60) -> Flux:
    veilleur.demarrer = lambda: None  # no database here: the test says when something changes
    return Flux(veilleur, maximum, battement)


def test_a_stream_says_change_at_once_then_at_each_wake_and_nothing_else():
    async def scenario():
        page, veilleur = Page(), Veilleur(ecart=0)
        tache = asyncio.create_task(flux(veilleur)(page.scope, page.receive, page.send))
        await attendre(lambda: b"change" in page.recu)
        assert page.entetes[b"content-type"].startswith(b"text/event-stream")
        assert page.entetes[b"cache-control"] == b"no-store"
        assert not {b"set-cookie", b"vary"} & set(page.entetes)
        veilleur.signaler()
        await attendre(lambda: page.recu.count(b"event: change") == 2)
        page.partie.set()
        await asyncio.wait_for(tache, PATIENCE)
        assert page.recu == b"retry: 2000\n\n" + b"event: change\ndata:\n\n" * 2
        assert veilleur.abonnes == 0

    asyncio.run(scenario())


def test_a_quiet_stream_beats():
    async def scenario():
        page, veilleur = Page(), Veilleur()
        tache = asyncio.create_task(flux(veilleur, battement=0.02)(page.scope, page.receive, page.send))
        await attendre(lambda: page.recu.count(signal.COMMENTAIRE) >= 2)
        assert page.recu.count(b"event: change") == 1
        page.partie.set()
        await asyncio.wait_for(tache, PATIENCE)

    asyncio.run(scenario())


def test_the_streams_end_when_the_server_stops():
    async def scenario():
        veilleur = Veilleur()
        pages = [Page() for _ in range(5)]
        serveur = flux(veilleur)
        taches = [asyncio.create_task(serveur(p.scope, p.receive, p.send)) for p in pages]
        await attendre(lambda: veilleur.abonnes == 5)
        veilleur.terminer()
        await asyncio.wait_for(asyncio.gather(*taches), PATIENCE)
        tard = Page()
        await serveur(tard.scope, tard.receive, tard.send)
        assert tard.statut == 503

    asyncio.run(scenario())


def test_too_many_streams_are_told_to_come_back():
    async def scenario():
        premiere, seconde, veilleur = Page(), Page(), Veilleur()
        serveur = flux(veilleur, maximum=1)
        tache = asyncio.create_task(serveur(premiere.scope, premiere.receive, premiere.send))
        await attendre(lambda: veilleur.abonnes == 1)
        await serveur(seconde.scope, seconde.receive, seconde.send)
        assert (seconde.statut, seconde.entetes[b"retry-after"]) == (503, b"30")
        premiere.partie.set()
        await asyncio.wait_for(tache, PATIENCE)

    asyncio.run(scenario())


@pytest.mark.parametrize("methode", ["POST", "HEAD", "DELETE"])
def test_a_stream_is_only_read(methode):
    async def scenario():
        page = Page(methode)
        await flux(Veilleur())(page.scope, page.receive, page.send)
        assert (page.statut, page.entetes[b"allow"]) == (405, b"GET")

    asyncio.run(scenario())

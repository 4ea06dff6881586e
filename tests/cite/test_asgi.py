"""The real server: two doors, a quick clean stop, and no trace of who asked."""

import asyncio
import contextlib
import http.client
import re
import socket
import time

import psycopg
import pytest

from cite.asgi import Application, _depouiller
from tests.serveur import Serveur, gerer

ADRESSE = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
CHANGER = "from tests.cite.test_signal import changer; changer()"


def demander(serveur: Serveur, chemin: str, methode: str = "GET", **entetes: str) -> http.client.HTTPResponse:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", serveur.port, timeout=10)) as lien:
        lien.request(methode, chemin, headers=entetes)
        reponse = lien.getresponse()
        reponse.read()
        return reponse


def ouvrir_flux(serveur: Serveur) -> socket.socket:
    """An open stream, its first change read."""
    prise = socket.create_connection(("127.0.0.1", serveur.port), timeout=10)
    prise.sendall(b"GET /signal/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
    lire_changement(prise)
    return prise


def lire_changement(prise: socket.socket) -> None:
    recu = b""
    while b"event: change" not in recu:
        morceau = prise.recv(4096)
        assert morceau, recu
        recu += morceau


def test_a_page_and_a_stream_from_the_same_server(serveur):
    page = demander(serveur, "/sante/")
    assert page.status == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    prise = ouvrir_flux(serveur)
    gerer(serveur.adresse, "shell", "--no-imports", "-c", CHANGER)
    lire_changement(prise)
    prise.close()


def test_it_stops_in_under_five_seconds_with_open_streams(serveur):
    prises = [ouvrir_flux(serveur) for _ in range(50)]
    assert serveur.arreter() < 5
    for prise in prises:
        while prise.recv(4096):
            pass
        prise.close()
    assert "Cancel" not in serveur.journal()


def test_the_log_holds_neither_address_nor_token(serveur):
    jeton = "Zk3xQ9vT1bW8nR5mL2cH7a"
    demander(serveur, f"/borne/ticket/{jeton}/", **{"X-Forwarded-For": "203.0.113.9"})
    demander(serveur, f"/nulle/part/?jeton={jeton}")
    demander(serveur, "/signal/", "POST")
    assert demander(serveur, "/sante/", Host="autre.exemple").status == 400
    serveur.arreter()
    lignes = [ligne for ligne in serveur.journal().splitlines() if "Uvicorn running on" not in ligne]
    assert any("Not Found" in ligne for ligne in lignes)
    assert jeton not in serveur.journal()
    assert not [ligne for ligne in lignes if ADRESSE.search(ligne)]


@pytest.mark.postgres
def test_pages_keep_their_connections_and_survive_their_loss(serveur):
    """The same few connections serve many pages; when the database drops them all, the next pages still work."""
    for _ in range(40):
        assert demander(serveur, "/sante/").status == 200
    with psycopg.connect(serveur.adresse, autocommit=True) as autre:
        autres = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        (ouvertes,) = autre.execute(f"SELECT count(*) {autres}").fetchone()
        assert 1 <= ouvertes <= 9  # the eight threads and the listener
        autre.execute(f"SELECT pg_terminate_backend(pid) {autres}")
    time.sleep(0.2)
    for _ in range(20):
        assert demander(serveur, "/sante/").status == 200


# ------------------------------------------------------------------------------------------------ the door itself
def test_a_page_never_learns_who_asks_nor_a_forged_header():
    recu = {
        "client": ("203.0.113.9", 4242),
        "headers": [(b"x-forwarded-for", b"203.0.113.9"), (b"x_forwarded_proto", b"https"), (b"accept", b"*/*")],
    }
    donne = _depouiller(recu)
    assert donne["client"] is None
    assert donne["headers"] == [(b"accept", b"*/*")]


def test_a_websocket_is_refused():
    envoyes = []

    async def send(message: dict) -> None:
        envoyes.append(message["type"])

    asyncio.run(Application(None, None, None)({"type": "websocket", "path": "/signal/"}, None, send))
    assert envoyes == ["websocket.close"]

"""kill -9 of the server, all its processes, while numbers are given and called: nothing answered is lost or doubled."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable

import pytest

from tests.concurrence.charge import QUESTIONS
from tests.concurrence.clients import Borne, Navigateur
from tests.concurrence.conftest import BORNES, COMPLETE, Scene
from tests.concurrence.test_charge import verifier

COUPURES = 20 if COMPLETE else 3


@pytest.mark.lent
def test_what_was_answered_outlives_the_server(monter: Callable[[int], Scene]) -> None:
    scene = monter(2)
    hasard = random.Random(20)
    charge = threading.Thread(target=lambda: scene.hall.vivre(BORNES, 10_000))
    charge.start()
    for _ in range(COUPURES):
        time.sleep(hasard.uniform(0.4, 2.5))
        scene.serveur.tuer()
        time.sleep(hasard.uniform(0, 0.5))
        scene.serveur.demarrer()
    time.sleep(1)
    scene.hall.assez.set()
    charge.join(300)
    assert not charge.is_alive(), "the load did not end"
    tickets = [t.numero for t in scene.hall.tickets]
    verifier(scene.regie.releve(), tickets, scene.hall.appels)
    assert len(tickets) > BORNES and scene.hall.recommences > 0, "nothing was cut: the test proves nothing"
    _les_memes_cles_rendent_les_memes_numeros(scene)
    _l_ecran_rattrape(scene)
    assert "database is locked" not in scene.serveur.journal()


def _les_memes_cles_rendent_les_memes_numeros(scene: Scene) -> None:
    borne = Borne(scene.serveur.url, scene.hall.cookie_borne)
    borne.question(QUESTIONS[0])
    for pris in scene.hall.tickets:
        assert borne.toucher(pris.slug, pris.cle).suite == pris.jeton
    borne.fermer()
    assert len(scene.regie.releve()["tickets"]) == len(scene.hall.tickets)


def _l_ecran_rattrape(scene: Scene) -> None:
    """Calls made while the screen had no server are in the first answer it gets, in order, and no other is."""
    ecran = Navigateur(scene.serveur.url, scene.ecran)
    rang, jour, _ = _fragment(ecran, "")
    scene.serveur.tuer()
    appeles = [scene.regie.appeler_un_nouveau(guichet=guichet) for guichet in "123456"]
    scene.serveur.demarrer()
    ecran.fermer()
    dernier, _, dits = _fragment(ecran, f"?depuis={rang}&jour={jour}")
    assert dits == [f"Numéro {n[0]}, {int(n[2:])}, guichet {g}." for n, g in zip(appeles, "123456", strict=True)]
    assert dernier == rang + 6 and _fragment(ecran, f"?depuis={dernier}&jour={jour}")[2] == []
    ecran.fermer()


def _fragment(ecran: Navigateur, demande: str) -> tuple[int, str, list[str]]:
    corps = ecran.demander("GET", f"/ecran/hall/{demande}", **{"HX-Request": "true"}).corps
    liste = re.search(r'<ol id="paroles" hidden data-jour="([^"]+)" data-rang="(\d+)"[^>]*>(.*?)</ol>', corps, re.S)
    assert liste is not None, corps[:500]
    return int(liste[2]), liste[1], re.findall(r'<span lang="fr">([^<]+)<', liste[3])

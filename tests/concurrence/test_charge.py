"""Sixteen kiosks and sixteen desks at once: no number given twice, no visitor called twice, nobody forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from tests.concurrence.conftest import BORNES, COMPLETE, Scene

SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
TICKETS = 1000 if COMPLETE else 6  # for each kiosk


@pytest.mark.lent
@pytest.mark.parametrize("processus", [1, 2] if SQLITE else [1, 2, 4])
def test_numbers_and_calls_hold_under_load(monter: Callable[[int], Scene], processus: int) -> None:
    scene = monter(processus)
    duree = scene.hall.vivre(BORNES, TICKETS)
    tickets, appels = [t.numero for t in scene.hall.tickets], scene.hall.appels
    releve = scene.regie.releve()
    print(f"{processus} worker(s): {len(tickets)} tickets, {len(appels)} calls in {duree:.1f} s")

    assert len(tickets) == BORNES * TICKETS
    verifier(releve, tickets, appels)
    journal_calme(scene)


def verifier(releve: dict[str, Any], tickets: list[str], appels: list[str]) -> None:
    """What was answered is what the database holds: each number once, each visitor called once."""
    assert en_double(tickets) == [], "a number given twice"
    assert sorted(tickets) == sorted(releve["tickets"]), "answered, and not in the database, or the other way round"
    for lettre, numeros in releve["numeros"].items():
        assert sorted(numeros) == list(range(1, len(numeros) + 1)), f"numbers of {lettre} not contiguous"
    assert en_double(appels) == [] and en_double(releve["appels"]) == [], "a visitor called twice"
    assert sorted(appels) == sorted(tickets) == sorted(releve["appelles"]), "a visitor never called"
    assert releve["rangs"] == list(range(1, len(tickets) + 1))
    assert releve["etats"]["termine"] + releve["etats"]["absent"] == len(tickets)
    assert releve["entretiens"] == releve["etats"]["termine"]


def en_double(numeros: list[str]) -> list[str]:
    return [numero for numero, fois in Counter(numeros).items() if fois > 1]


def journal_calme(scene: Scene) -> None:
    journal = scene.serveur.journal()
    for mot in ("database is locked", "Traceback", "ERROR", "deadlock"):
        assert mot not in journal, journal[-3000:]

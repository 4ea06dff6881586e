"""Real servers under load, small in the ordinary suite, at full size with TAILLE=complete."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.concurrence.charge import Hall
from tests.concurrence.regie import Regie
from tests.serveur import Serveur

COMPLETE = os.environ.get("TAILLE") == "complete"
BORNES = BUREAUX = 16


@dataclass
class Scene:
    """A real server, who acts on its database from outside, and the hall that uses it."""

    serveur: Serveur
    regie: Regie
    hall: Hall
    ecran: dict[str, str]


@pytest.fixture
def monter(base_a_part: str, tmp_path: Path) -> Iterator[Callable[[int], Scene]]:
    """Start a server with so many processes before a seeded place with 16 desks held."""
    with ExitStack() as pile:

        def monter_(processus: int, **variables: str) -> Scene:
            regie = pile.enter_context(Regie(base_a_part))
            regie.preparer(desks=BUREAUX)
            borne, ecran = regie.appareil(nom="entree", genre="borne"), regie.appareil(nom="hall")
            bureaux = regie.tenir(guichets_=BUREAUX)
            serveur = pile.enter_context(Serveur(base_a_part, tmp_path, processus, **variables))
            return Scene(serveur, regie, Hall(serveur.url, borne, bureaux), ecran)

        yield monter_

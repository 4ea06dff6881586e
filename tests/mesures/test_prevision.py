"""The simulated place plays fair, and its measures have the shape of the others."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.mesures.lieu_simule import FERMETURE, Lieu, Reglage, Releve, Visiteur
from tests.mesures.prevision import chiffres, essayer, lignes, pires

PETITE = Reglage("petite", 40, 3, 2)


def test_a_simulated_day_is_the_same_for_the_same_seed() -> None:
    un, autre = Lieu(PETITE, 1).jour(3), Lieu(PETITE, 1).jour(3)
    un.jouer(), autre.jouer()
    assert un.appels == autre.appels and un.appels


def test_a_simulated_place_calls_in_order_of_arrival_where_nothing_disturbs_it() -> None:
    calme = Reglage("calme", 60, 1, 2, patience=1e9, absents=0, priorites=0, passages=0, pauses=0)
    jour, arrivees = Lieu(calme, 2).jour(0), {}

    def observer(v: Visiteur) -> None:
        arrivees[v.rang] = v.arrivee

    jour.observer = observer
    jour.jouer()
    appels = [arrivees[rang] + attente for rang, attente in sorted(jour.appels.items())]
    assert all(avant <= apres for avant, apres in pairwise(appels)) and appels[-1] < FERMETURE


def test_a_simulated_place_keeps_only_counters() -> None:
    releve = Releve()
    Lieu(PETITE, 1).jour(0).jouer(releve)
    assert sum(sum(h.values()) for h in releve.durees.values()) >= releve.recus > 20
    assert {tranche % 5 for h in releve.durees_theme.values() for tranche in h} == {0}


@pytest.mark.lent
def test_a_short_trial_beats_the_naive_rule_and_fills_the_table() -> None:
    notes, appris = essayer(PETITE, 0, jours=20, une_sur=1)
    c = chiffres(notes)
    assert c["erreur"] < c["naive"] and 70 < c["couverture"] < 90 and 0.8 < appris.elargissement < 1.2
    table = lignes("petite", c | {"couverture_apprise": 80.0}) + pires([c | {"couverture_apprise": 80.0}])
    assert {tuple(ligne) for ligne in table} == {
        ("nom", "valeur", "unite", "reference", "rapport", "objectif", "tenu"),
    }

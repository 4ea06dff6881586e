"""When a pole is open, in the words that visitors read."""

from datetime import UTC, datetime, time

import pytest
from django.utils import translation

from cite.horaires import Calendrier, Ouverture
from cite.models import Fermeture, Horaire, Pole

MARDI_11H = datetime(2026, 3, 10, 10, tzinfo=UTC)


def h(jour: int, ouvre: int = 10, ferme: int = 18, pole: Pole | None = None) -> Horaire:
    return Horaire(jour=jour, ouvre=time(ouvre), ferme=time(ferme), pole=pole)


def le(jour: int, heure: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, jour, heure - 1, minute, tzinfo=UTC)


EMPLOI = Pole(pk=4, code="emploi")


def phrase(calendrier: Calendrier, quand: datetime, pole: Pole | None = EMPLOI) -> str:
    return calendrier.ouverture(pole, quand).phrase(quand)


def test_open_until() -> None:
    assert phrase(Calendrier([h(1)], []), le(10, 11)) == "Ouvert jusqu’à 18 h"


@pytest.mark.parametrize(
    ("quand", "dit"),
    [
        (le(10, 9), "Rouvre à 10 h"),
        (le(9, 19), "Rouvre demain à 10 h"),
        (le(7, 12), "Rouvre mardi à 10 h"),
        (le(10, 18), "Rouvre mardi 17 mars à 10 h"),
    ],
)
def test_opens_again(quand: datetime, dit: str) -> None:
    assert phrase(Calendrier([h(1)], []), quand) == dit


def test_a_pole_with_hours_of_its_own_follows_only_those() -> None:
    calendrier = Calendrier([h(1), h(1, 14, 16, EMPLOI)], [])
    assert phrase(calendrier, le(10, 11)) == "Rouvre à 14 h"
    assert phrase(calendrier, le(10, 11), Pole(pk=5)) == "Ouvert jusqu’à 18 h"


def test_an_evening_past_midnight_is_still_open_the_next_morning() -> None:
    minuit_et_demi = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    assert phrase(Calendrier([h(1, 18, 1)], []), minuit_et_demi) == "Ouvert jusqu’à 1 h"


def test_an_exceptional_closure_cuts_the_day_and_says_why() -> None:
    fermeture = Fermeture(debut=le(10, 14), fin=le(10, 16), motif="Formation de l’équipe")
    calendrier = Calendrier([h(1)], [fermeture])
    assert phrase(calendrier, le(10, 11)) == "Ouvert jusqu’à 14 h"
    assert calendrier.ouverture(EMPLOI, le(10, 15)) == Ouverture(
        ouvert=False, rouvre=le(10, 16), motif="Formation de l’équipe"
    )


def test_a_closure_of_another_pole_changes_nothing() -> None:
    fermeture = Fermeture(debut=le(10, 10), fin=le(10, 18), pole=Pole(pk=9))
    assert phrase(Calendrier([h(1)], [fermeture]), le(10, 11)) == "Ouvert jusqu’à 18 h"


def test_without_hours_a_pole_is_closed_and_promises_nothing() -> None:
    assert phrase(Calendrier([], []), MARDI_11H) == "Fermé"


@pytest.mark.parametrize("jour", [29, 30])
def test_opening_hours_stay_on_the_wall_clock_when_the_clocks_change(jour: int) -> None:
    calendrier = Calendrier([h(n) for n in range(7)], [])
    ouvre, _ferme = calendrier.plages_du_jour(None, datetime(2026, 3, jour).date())[0]  # noqa: DTZ001
    assert (ouvre.hour, ouvre.utcoffset().total_seconds() / 3600) == (10, 2)


def test_the_hour_is_said_as_each_language_says_it() -> None:
    with translation.override("en"):
        assert "18:00" in phrase(Calendrier([h(1)], []), le(10, 11))

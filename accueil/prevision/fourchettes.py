"""What people are told: a rounded range, never a bare number, or why nothing is told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from accueil.prevision.distribution import Prevision

PAS_COURT, PAS_MOYEN, PAS_LONG = 5, 10, 15  # minutes: under an hour, under two, above
SURE = 0.8  # share of runs in which one is called today, under which no wait is told
NAIVE_BAS, NAIVE_HAUT = 0.35, 2.0  # of the naive figure; 10 % and 90 % of waits beside it, as measured (tests/mesures)


class Motif(StrEnum):
    """Why no wait is told."""

    AUCUN_GUICHET = "aucun_guichet"  # no desk serves the pole now or later today
    JOURNEE_PLEINE = "journee_pleine"  # desks may well stop before this turn comes


@dataclass(frozen=True, slots=True)
class Fourchette:
    """A range in whole minutes, ``bas`` < ``haut``. ``bas`` at 0 reads "moins de ``haut`` minutes"."""

    bas: int
    haut: int


def arrondir(bas: float, haut: float) -> Fourchette:
    """Return the rounded range that holds the one given, in minutes.

    Ends are multiples of 5 under an hour, of 10 under two, of 15 above; the shortest range told is 0–5.
    """
    pas_bas, pas_haut = _pas(bas), _pas(haut)
    rond_bas = math.floor(round(bas / pas_bas, 6)) * pas_bas
    rond_haut = math.ceil(round(haut / pas_haut, 6)) * pas_haut
    if rond_haut <= rond_bas:
        rond_haut = rond_bas + _pas(rond_bas)
    return Fourchette(rond_bas, rond_haut)


def _pas(minutes: float) -> int:
    return PAS_COURT if minutes < 60 else PAS_MOYEN if minutes < 120 else PAS_LONG


def fourchette(prevision: Prevision) -> Fourchette | Motif:
    """Return the range to tell, or the reason to tell none (design, section 5: hidden, and said)."""
    if prevision.chance <= 0:
        return Motif.AUCUN_GUICHET
    if prevision.chance < SURE:
        return Motif.JOURNEE_PLEINE
    return arrondir(prevision.p10, prevision.p90)


def fourchette_naive(minutes: float | None) -> Fourchette | Motif:
    """Return the range to tell around a naive wait (`naive`), while the forecast is worse than that rule."""
    if minutes is None:
        return Motif.AUCUN_GUICHET
    return arrondir(minutes * NAIVE_BAS, minutes * NAIVE_HAUT)

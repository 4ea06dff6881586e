"""The rule that everybody uses, rank × mean ÷ desks: reference of the measures, and what remains when we do worse."""

from __future__ import annotations

from accueil.prevision.durees import Durees
from accueil.prevision.hall import Hall, Pole


def naive(rang: int, moyenne: float, guichets: int) -> float | None:
    """Return rank × mean ÷ desks in minutes, or None without a desk. ``rang`` is 1 for the next to be called."""
    return rang * moyenne / guichets if guichets > 0 else None


def naive_du_hall(hall: Hall, durees: Durees, pole: Pole, rang: int | None = None) -> float | None:
    """Return the naive wait in minutes at a pole, of a newcomer or of the one at ``rang``; None without a desk.

    The rule at its best: 0 when a desk is free and nobody is before, those in pause are not counted, desks in pause
    or not yet open neither. Of desks that serve several poles it knows nothing, which is what it gets wrong.
    """
    ouverts = [p for p in hall.postes if pole in p.poles and p.debut <= 0 and not p.en_pause]
    ouverts = [p for p in ouverts if p.fin is None or p.fin > 0]
    if rang is None:
        rang = 1 + sum(v.pole == pole and not v.en_pause for v in hall.attente)
    if rang == 1 and any(poste.occupation is None for poste in ouverts):
        return 0.0
    return naive(rang, durees.moyenne(pole), len(ouverts))

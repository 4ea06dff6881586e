"""What the nightly score teaches: how much wider to tell, and how people leave. All from counters."""

from __future__ import annotations

from collections.abc import Mapping

from accueil.prevision.distribution import Prevision
from accueil.prevision.hall import ELARGISSEMENT

COUVERTURE = 0.8  # of waits inside the range
DEMI = 1000  # scored forecasts that weigh as much as the default: those of one day resemble one another
FINESSE = 20  # slices for 1
BORNES = (0.5, 3.0)  # of the widening: beyond, something else is wrong
MINIMUM = 0.5  # minutes: the least half-range, so that a sure forecast missed by a second teaches nothing absurd


def ecart(prevision: Prevision, attente: float) -> float:
    """Return how far a wait fell from the middle, in half-ranges as played: 1 is the end of a range not widened.

    To be kept each night as a histogram of slices (`tranche`): it tells nothing of anybody.
    """
    milieu = prevision.p50
    bout = prevision.quantile(0.9 if attente > milieu else 0.1)
    return abs(attente - milieu) / max(abs(bout - milieu), MINIMUM)


def tranche(ecart_: float) -> int:
    """Return the rank of the slice of an `ecart`, in twentieths; everything above 5 falls in the last."""
    return min(int(ecart_ * FINESSE), 5 * FINESSE)


def elargissement_appris(ecarts: Mapping[int, int], couverture: float = COUVERTURE) -> float:
    """Return the widening that would have held ``couverture`` of the scored waits (`Parametres.elargissement`).

    ``ecarts``: slice of `ecart` (`tranche`) → how many. This is split conformal prediction: the quantile of what was
    missed yesterday holds as often today, whatever the model does not know. It is shrunk to the default, by half at
    1000 scores, and stays between 0.5 and 3.
    """
    total = sum(ecarts.values())
    reste, appris = couverture * total, ELARGISSEMENT
    for rang in sorted(ecarts):
        if reste <= ecarts[rang]:
            appris = (rang + reste / ecarts[rang]) / FINESSE
            break
        reste -= ecarts[rang]
    poids = total / (total + DEMI)
    return min(max(poids * appris + (1 - poids) * ELARGISSEMENT, BORNES[0]), BORNES[1])


def taux_de_depart(partis: int, recus: int, attente_moyenne: float) -> float:
    """Return the share of those waiting who leave in a minute (`Parametres.departs`), from a period's counters.

    ``partis``: left without an interview nor a call unanswered; ``recus``: received; ``attente_moyenne``: of those
    received, in minutes. Those who left are taken to have waited as long as the others: leaving then has no memory.
    """
    minutes = (partis + recus) * attente_moyenne
    return partis / minutes if minutes > 0 else 0.0

"""The draws of a forecast: how long each keeps a desk, when they would leave, when each desk can call.

Draws belong to the key of a ticket and to the rank of a desk, so a change in the hall moves the forecast of the
others by its effect only, not by new luck.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from accueil.prevision.durees import Durees, exponentielle
from accueil.prevision.hall import Hall, Occupation, Parametres, Pole, Poste

JAMAIS = math.inf


def tirer_visiteurs(
    hall: Hall, durees: Durees, parametres: Parametres, graine: int, tirages: int
) -> tuple[list[list[float]], list[list[float]]]:
    """Return by visitor, for each run, how long they keep a desk, and when they would have left."""
    patience = exponentielle(1 / parametres.departs) if parametres.departs > 0 else None
    tables: dict[tuple[Pole, object], list[float]] = {}
    occupations, patiences = [], []
    for visiteur in hall.attente:
        if visiteur.en_pause:
            continue
        cle = (visiteur.pole, visiteur.theme)
        if cle not in tables:
            tables[cle] = _occupations(durees.table(*cle), parametres)
        hasard = Random(graine << 40 ^ visiteur.cle)  # noqa: S311  (a simulation, not a secret)
        occupations.append(hasard.choices(tables[cle], k=tirages))
        patiences.append(hasard.choices(patience, k=tirages) if patience else [JAMAIS] * tirages)
    return occupations, patiences


def _occupations(table: Sequence[float], parametres: Parametres) -> list[float]:
    """Return equally likely minutes that a call keeps a desk: an interview, or nobody came."""
    autour = parametres.venue + parametres.battement
    absents = min(parametres.absents, 0.9)
    return [duree + autour for duree in table] + [parametres.perte_absent] * round(len(table) * absents / (1 - absents))


def tirer_debuts(
    poste: Poste, hall: Hall, durees: Durees, parametres: Parametres, hasard: Random, tirages: int
) -> list[float]:
    """Return for each run when a desk can call."""
    debuts = [max(poste.debut, 0.0)] * tirages
    if poste.occupation is not None:
        tables = hasard.choices(_restes(poste.occupation, durees, parametres), k=tirages)
        debuts = [max(debut, reste) for debut, reste in zip(debuts, tables, strict=True)]
    elif poste.debut <= 0 and parametres.battement > 0 and any(v.pole in poste.poles for v in hall.attente):
        debuts = hasard.choices(exponentielle(parametres.battement), k=tirages)
    if poste.en_pause:
        pauses = hasard.choices(exponentielle(parametres.pause), k=tirages)
        debuts = [debut + pause for debut, pause in zip(debuts, pauses, strict=True)]
    return debuts


def _restes(occupation: Occupation, durees: Durees, parametres: Parametres) -> list[float]:
    """Return equally likely minutes before the visitor of a desk leaves it."""
    pole, theme = occupation.pole, occupation.theme
    if occupation.commence:
        return [reste + parametres.battement for reste in durees.restes(pole, occupation.depuis, theme)]
    return [max(0.0, duree - occupation.depuis) for duree in _occupations(durees.table(pole, theme), parametres)]


class Imprevus:
    """Those who will go before people waiting now: see `Parametres.passages`."""

    def __init__(
        self, poles: Sequence[Pole], plafond: int, durees: Durees, parametres: Parametres, graine: int
    ) -> None:
        self.hasards = [Random(f"{graine} {pole!r}") for pole in poles]  # noqa: S311
        self.plafond = plafond
        self.taux = [parametres.passages.get(pole, 0.0) for pole in poles]
        self.tables = [
            _occupations(durees.table(pole), parametres) if taux > 0 else []
            for pole, taux in zip(poles, self.taux, strict=True)
        ]

    def tirer(self) -> list[list[tuple[float, float]]]:
        """Return by pole, the last first, when each comes and how long they keep a desk; nothing if nobody ever."""
        if not any(self.taux):
            return []
        par_pole = []
        for hasard, taux, table in zip(self.hasards, self.taux, self.tables, strict=True):
            venues, instant = [(JAMAIS, 0.0)], 0.0
            for _ in range(self.plafond if taux > 0 else 0):
                instant += hasard.expovariate(taux)
                venues.insert(1, (instant, hasard.choice(table)))
            par_pole.append(venues)
        return par_pole

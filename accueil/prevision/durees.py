"""How long interviews last, from the counters that stay after closing.

Counters are histograms in slices of five minutes (`accueil.models.Histogramme`). A distribution is kept as a sorted
table of equally likely durations: drawing is picking one, and what remains of an interview under way is what the
table holds beyond the time already spent.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from statistics import NormalDist, fmean

from accueil.prevision.hall import Pole, Theme

TRANCHE = 5.0  # minutes, the slices of the counters (`accueil.comptage.TRANCHE`)
POINTS = 256  # of a table
SUFFISANT = 30  # interviews below which a distribution leans on a wider one (issue: "shrunk below 30 interviews")
RESTES_MIN = 8  # points of a table below which what remains of an interview follows no measure any more
APRIORI_MEDIANE, APRIORI_SIGMA = 18.0, 0.6  # minutes; where nothing has been measured yet

Histogramme = Mapping[int, int] | Mapping[float, int]
Tranches = Mapping[float, float]  # beginning of a slice → its share


def _quantiles(parts: Tranches, largeur: float) -> tuple[float, ...]:
    """Return the table of a distribution given by the shares of its slices, each taken as uniform inside."""
    debuts = sorted(debut for debut, part in parts.items() if part > 0)
    cumuls = list(accumulate(parts[debut] for debut in debuts))
    table, n = [], 0
    for point in range(POINTS):
        cible = (point + 0.5) / POINTS * cumuls[-1]
        while cumuls[n] < cible and n < len(cumuls) - 1:
            n += 1
        dedans = 1 - (cumuls[n] - cible) / parts[debuts[n]]
        table.append(debuts[n] + largeur * dedans)
    return tuple(table)


def _parts(histogramme: Histogramme) -> dict[float, float]:
    total = sum(histogramme.values())
    return {float(debut): nombre / total for debut, nombre in histogramme.items() if nombre > 0} if total else {}


def _melanger(propre: Histogramme, commun: Tranches) -> dict[float, float]:
    """Return the shares of a distribution shrunk to a wider one: n/30 its own below 30 interviews, all of it above."""
    poids = min(1.0, sum(propre.values()) / SUFFISANT)
    parts = {debut: part * poids for debut, part in _parts(propre).items()}
    if poids < 1:
        for debut, part in commun.items():
            parts[debut] = parts.get(debut, 0.0) + part * (1 - poids)
    return parts


def _apriori(largeur: float) -> dict[float, float]:
    """Return the shares of the prior; of the middles of its slices when distributions have none."""
    milieu = 0.0 if largeur else TRANCHE / 2
    loi, parts, avant = NormalDist(math.log(APRIORI_MEDIANE), APRIORI_SIGMA), {}, 0.0
    for n in range(1, 25):  # two hours
        jusque = loi.cdf(math.log(n * TRANCHE))
        parts[(n - 1) * TRANCHE + milieu] = jusque - avant
        avant = jusque
    return parts


class Durees:
    """Distributions of interview durations by pole and by (pole, theme).

    ``par_pole`` and ``par_theme`` map to histograms: beginning of the slice in minutes → how many interviews. Below
    30 interviews a theme leans on its pole, a pole on the whole place, the place on a prior (median 18 minutes).
    ``largeur``: of a slice in minutes; 0 when histograms hold exact durations.
    Build it once, when counters change: tables are made at the first need and kept.
    """

    def __init__(
        self,
        par_pole: Mapping[Pole, Histogramme] | None = None,
        par_theme: Mapping[tuple[Pole, Theme], Histogramme] | None = None,
        *,
        largeur: float = TRANCHE,
    ) -> None:
        self._largeur = largeur
        self._par_pole, self._par_theme = dict(par_pole or {}), dict(par_theme or {})
        tout: dict[float, int] = {}
        for histogramme in self._par_pole.values():
            for debut, nombre in histogramme.items():
                tout[debut] = tout.get(debut, 0) + nombre
        self._commun = _melanger(tout, _apriori(largeur))
        self._tables: dict[tuple[Pole, Theme | None], tuple[float, ...]] = {}
        self._moyennes: dict[tuple[Pole, Theme | None], float] = {}

    def table(self, pole: Pole, theme: Theme | None = None) -> tuple[float, ...]:
        """Return equally likely durations in minutes, sorted, of a pole's interviews on a theme (None: unknown)."""
        if theme is not None and (pole, theme) not in self._par_theme:
            theme = None
        if (pole, theme) not in self._tables:
            parts = _melanger(self._par_pole.get(pole, {}), self._commun)
            if theme is not None:
                parts = _melanger(self._par_theme[pole, theme], parts)
            self._tables[pole, theme] = _quantiles(parts, self._largeur)
        return self._tables[pole, theme]

    def moyenne(self, pole: Pole, theme: Theme | None = None) -> float:
        """Return the mean duration in minutes, shrunk as `table` is."""
        if (pole, theme) not in self._moyennes:
            self._moyennes[pole, theme] = fmean(self.table(pole, theme))
        return self._moyennes[pole, theme]

    def restes(self, pole: Pole, ecoule: float, theme: Theme | None = None) -> Sequence[float]:
        """Return equally likely minutes that remain of an interview which has lasted ``ecoule`` minutes.

        Beyond all that has been measured, nothing says when it ends: an exponential remainder, whose mean is that of
        the longest interviews measured beyond their 8th before last, and never under a fifth of what has passed.
        """
        table = self.table(pole, theme)
        rang = bisect_right(table, ecoule)
        if rang <= len(table) - RESTES_MIN:
            return [duree - ecoule for duree in table[rang:]] if ecoule > 0 else table
        queue = table[-RESTES_MIN:]
        moyenne = max(fmean(queue) - queue[0], ecoule / 5)
        return exponentielle(moyenne)


def exponentielle(moyenne: float) -> list[float]:
    """Return a sorted table of equally likely values of an exponential of this mean (0: zeros)."""
    return [-moyenne * math.log(1 - (point + 0.5) / POINTS) for point in range(POINTS)]

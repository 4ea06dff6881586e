"""What the place has measured of itself for its waiting times: counters only, read again every ten minutes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from accueil.models import Comptage, ComptageDimension, DureeTheme, Histogramme, ScorePrevision
from accueil.prevision import Durees, Parametres, elargissement_appris, taux_de_depart
from cite.memoire import Memoire
from cite.models import Pole

APPRIS = timedelta(days=90)  # durations and departures are those of the last three months
JUGE = timedelta(days=28)  # a pole falls back to the naive rule on its last four weeks…
SCORES_MIN = 30  # …once so many waits were scored
RELU_S = 600.0
MILIEU = 2.5  # minutes, of a slice of five
Mesure, Tranche = Comptage.Mesure, Histogramme.Mesure


@dataclass(frozen=True)
class Appris:
    """Durations, parameters, and the poles where the naive rule did better."""

    durees: Durees = field(default_factory=Durees)
    parametres: Parametres = field(default_factory=Parametres)
    naifs: frozenset[int] = frozenset()


def lire() -> Appris:
    """Return what was learned until last night, from memory."""
    return _appris()


def apprendre(jour: date) -> Appris:
    """Return what the counters of the days before a date teach."""
    depuis = jour - APPRIS
    par_pole, par_theme = _durees(depuis)
    return Appris(Durees(par_pole, par_theme), _parametres(depuis), _naifs(jour - JUGE))


_appris = Memoire(lambda: apprendre(timezone.localdate()), duree_s=RELU_S)


def _durees(depuis: date) -> tuple[dict[Any, dict[int, int]], dict[tuple[Any, Any], dict[int, int]]]:
    par_pole: dict[Any, dict[int, int]] = defaultdict(dict)
    for pole, minutes, nombre in _sommes(Histogramme, depuis, "pole_id", "minutes", mesure=Tranche.ENTRETIEN):
        par_pole[pole][minutes] = nombre
    par_theme: dict[tuple[Any, Any], dict[int, int]] = defaultdict(dict)
    themes = DureeTheme.objects.filter(mois__gte=depuis.replace(day=1)).order_by()
    for pole, theme, minutes, nombre in themes.values_list("pole_id", "theme_id", "minutes").annotate(Sum("nombre")):
        par_theme[pole, theme][minutes] = nombre
    return par_pole, par_theme


def _sommes(modele: Any, depuis: date, *champs: str, **filtre: Any) -> list[tuple[Any, ...]]:
    lignes = modele.objects.filter(date__gte=depuis, **filtre).order_by()
    return list(lignes.values_list(*champs).annotate(total=Sum("nombre")).filter(total__gt=0))


def _parametres(depuis: date) -> Parametres:
    """Return how people leave, how often nobody answers, and who is sent before others, all measured."""
    comptes = dict(_sommes(Comptage, depuis, "mesure"))
    recus, absents = comptes.get(Mesure.ENTRETIENS, 0), comptes.get(Mesure.ABSENTS, 0)
    partis = comptes.get(Mesure.PARTIS, 0)  # not those whom the closing found still waiting
    attentes = _sommes(Histogramme, depuis, "minutes", mesure=Tranche.ATTENTE)
    combien = sum(nombre for _minutes, nombre in attentes)
    moyenne = sum((minutes + MILIEU) * nombre for minutes, nombre in attentes) / combien if combien else 0.0
    defaut = Parametres()
    if recus < SCORES_MIN:
        return defaut
    ecarts = dict(_sommes(Histogramme, depuis, "minutes", mesure=Tranche.ECART))
    return Parametres(
        absents=absents / (recus + absents),
        departs=taux_de_depart(partis, recus, moyenne),
        passages=_passages(depuis),
        elargissement=elargissement_appris(ecarts),
    )


def _passages(depuis: date) -> dict[Any, float]:
    """Return by pole the people a minute who come from another pole with an older number."""
    codes = {pole.code: pole.pk for pole in Pole.de_memoire().values()}
    heures = ComptageDimension.objects.filter(date__gte=depuis).order_by().values("date").distinct().count() * 7 * 60
    recus: dict[Any, float] = defaultdict(float)
    for valeur, nombre in _sommes(ComptageDimension, depuis, "valeur", dimension=ComptageDimension.Dimension.PASSAGE):
        vers = codes.get(valeur.partition(">")[2])
        if vers is not None and heures:
            recus[vers] += nombre / heures
    return dict(recus)


def _naifs(depuis: date) -> frozenset[int]:
    """Return the poles where the forecast did worse than rank × mean ÷ desks."""
    scores = ScorePrevision.objects.filter(date__gte=depuis).order_by().values_list("pole_id")
    sommes = scores.annotate(n=Sum("nombre"), notre=Sum("erreur"), naive=Sum("erreur_naive"))
    return frozenset(pole for pole, n, notre, naive in sommes if n >= SCORES_MIN and notre > naive)

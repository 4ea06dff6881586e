"""What a day's forecasts were worth, and what its interviews teach: counters, computed from its rows before they go."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from accueil import mesures
from accueil.compteurs import tranche_de
from accueil.etats import Action
from accueil.models import DureeTheme, Entretien, Histogramme, Journee, ScorePrevision, Ticket, Transition
from accueil.prevision import Prevision, ecart, tranche

TROP_COURT = 10  # minutes beyond the end of the range that was told
ARRONDI = 0.5  # what was told is kept in whole minutes
# What a forecast could not know, nor tell: the visitor's own pause, a move, a priority given.
HORS_PREVISION = (Action.METTRE_EN_PAUSE, Action.DEPLACER, Action.PRIORISER, Action.DEPRIORISER, Action.RETIRER)


@dataclass
class Scores:
    """Sums of a day by (pole, hour of arrival), and its `accueil.prevision.ecart` slices by pole."""

    lignes: dict[tuple[int, int], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    ecarts: Counter[tuple[int, int]] = field(default_factory=Counter)


def noter(journee: Journee) -> Scores:
    """Return the scores of the numbers of a day whose wait was told and which were called; change nothing."""
    scores = Scores()
    elargissement = mesures.lire().parametres.elargissement
    appels = _premiers_appels(journee)
    for ticket in Ticket.objects.filter(journee=journee, prevu_milieu__isnull=False, pk__in=appels):
        attente = (appels[ticket.pk] - ticket.arrivee).total_seconds() / 60
        bas, milieu, haut = (float(prevu or 0) for prevu in (ticket.prevu_bas, ticket.prevu_milieu, ticket.prevu_haut))
        prevision = Prevision((bas, milieu, haut), 1.0, elargissement)
        ligne = scores.lignes[ticket.pole_numero_id, timezone.localtime(ticket.arrivee).hour]
        ligne["nombre"] += 1
        ligne["erreur"] += round(abs(attente - milieu))
        ligne["erreur_naive"] += round(abs(attente - (ticket.prevu_naif or 0)))
        ligne["trop_court"] += attente > prevision.p90 + TROP_COURT
        ligne["dedans"] += prevision.p10 - ARRONDI <= attente <= prevision.p90 + ARRONDI
        scores.ecarts[ticket.pole_numero_id, tranche(ecart(prevision, attente))] += 1
    return scores


def _premiers_appels(journee: Journee) -> dict[int, datetime]:
    """Return when each number was first called, of those whom nothing unforeseeable moved before."""
    appels: dict[int, datetime] = {}
    ecartes: set[int] = set()
    lignes = Transition.objects.filter(ticket__journee=journee, annulee=False).order_by("pk")
    for ticket, action, instant in lignes.values_list("ticket_id", "action", "instant"):
        if action == Action.APPELER and ticket not in ecartes:
            appels.setdefault(ticket, instant)
        elif action in HORS_PREVISION and ticket not in appels:
            ecartes.add(ticket)
    return appels


def durees_par_theme(journee: Journee) -> Counter[tuple[int, int, int]]:
    """Return how many interviews of a day lasted so long, by (pole, theme, slice of five minutes)."""
    durees: Counter[tuple[int, int, int]] = Counter()
    for entretien in Entretien.objects.filter(ticket__journee=journee, fin__isnull=False).prefetch_related("themes"):
        for theme in entretien.themes.all():
            assert entretien.fin is not None
            durees[entretien.pole_id, theme.pk, tranche_de(entretien.fin - entretien.debut)] += 1
    return durees


def ajouter(jour: date, scores: Scores, durees: Counter[tuple[int, int, int]]) -> None:
    """Add a day's scores and durations to what is stored. To be called in the transaction that deletes the rows."""
    for (pole, heure), ligne in scores.lignes.items():
        _ajouter(ScorePrevision, {"date": jour, "pole_id": pole, "heure": heure}, ligne)
    for (pole, rang), nombre in scores.ecarts.items():
        cle = {"date": jour, "pole_id": pole, "mesure": Histogramme.Mesure.ECART, "minutes": rang}
        _ajouter(Histogramme, cle, {"nombre": nombre})
    mois = jour.replace(day=1)
    for (pole, theme, minutes), nombre in durees.items():
        cle = {"mois": mois, "pole_id": pole, "theme_id": theme, "minutes": minutes}
        _ajouter(DureeTheme, cle, {"nombre": nombre})


def _ajouter(modele: Any, cle: dict[str, Any], sommes: Mapping[str, int]) -> None:
    """Add to the counters of one row, made if need be. Closings of a day run one after the other."""
    ligne, _neuve = modele.objects.get_or_create(**cle)
    modele.objects.filter(pk=ligne.pk).update(**{champ: F(champ) + nombre for champ, nombre in sommes.items()})

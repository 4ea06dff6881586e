"""What a day leaves behind: counters in margins and histograms, computed from its rows before they go.

Design, section 5 ("Counting"): day × half-day × pole × measure; each other dimension apart; no row crosses a
visitor's theme with a visitor's hour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.utils import timezone

from accueil import score
from accueil.compteurs import tranche_de
from accueil.etats import Action, Etat
from accueil.models import (
    Comptage,
    ComptageDimension,
    Entretien,
    FileAttente,
    Histogramme,
    Journee,
    Ticket,
    Transition,
)
from cite.horaires import Calendrier
from cite.models import Pole
from cite.temps import est_matin

Mesure, Dimension = Comptage.Mesure, ComptageDimension.Dimension


@dataclass
class Releve:
    """The counters of one day, before they are added to what is stored."""

    date: date
    tickets: int = 0
    mesures: Counter[tuple[bool, int, str]] = field(default_factory=Counter)  # (morning, pole, measure)
    dimensions: Counter[tuple[str, str]] = field(default_factory=Counter)  # (dimension, value)
    histogrammes: Counter[tuple[int, str, int]] = field(default_factory=Counter)  # (pole, measure, slice)
    scores: score.Scores = field(default_factory=score.Scores)
    durees: Counter[tuple[int, int, int]] = field(default_factory=Counter)  # (pole, theme, slice)


def relever(journee: Journee) -> Releve:
    """Return the counters of a day from its rows, without changing anything."""
    releve = Releve(journee.date)
    tickets = list(Ticket.objects.filter(journee=journee))
    releve.tickets = len(tickets)
    _mettre_a_zero(releve, journee)
    recus = _compter_entretiens(releve, journee)
    for ticket in tickets:
        matin = est_matin(ticket.arrivee)
        releve.mesures[matin, ticket.pole_numero_id, Mesure.TICKETS] += 1
        if ticket.pk not in recus:
            releve.mesures[matin, ticket.pole_id, Mesure.SANS_ENTRETIEN] += 1
            if ticket.etat == Etat.ABSENT:
                releve.mesures[matin, ticket.pole_id, Mesure.ABSENTS] += 1
            elif ticket.etat == Etat.PARTI:
                releve.mesures[matin, ticket.pole_id, Mesure.PARTIS] += 1
        releve.dimensions[Dimension.LANGUE, ticket.langue] += 1
        releve.dimensions[Dimension.HEURE, f"{timezone.localtime(ticket.arrivee):%H}"] += 1
        releve.dimensions[Dimension.PRIORITE, "oui" if ticket.priorite else "non"] += 1
        if ticket.question:
            releve.dimensions[Dimension.QUESTION, ticket.question.slug] += 1
    _compter_chemins(releve, journee)
    releve.scores, releve.durees = score.noter(journee), score.durees_par_theme(journee)
    return releve


def _mettre_a_zero(releve: Releve, journee: Journee) -> None:
    """Count zero where a pole was open: zero is not "not counted"."""
    calendrier = Calendrier.lire()
    ouverts = {f.pole_id for f in FileAttente.objects.filter(journee=journee)}
    for pole in Pole.objects.filter(actif=True):
        plages = list(calendrier.plages(pole, journee.date, 1))
        matins = {est_matin(debut) for debut, _ in plages} | {est_matin(fin) for _, fin in plages}
        if pole.pk in ouverts:
            matins |= {True, False}
        for matin in matins:
            for mesure in Mesure:
                releve.mesures[matin, pole.pk, mesure] += 0


def _compter_entretiens(releve: Releve, journee: Journee) -> set[int]:
    """Count interviews and their themes; return the keys of the tickets received at least once."""
    recus = set()
    for entretien in Entretien.objects.filter(ticket__journee=journee).prefetch_related("themes"):
        recus.add(entretien.ticket_id)
        releve.mesures[est_matin(entretien.debut), entretien.pole_id, Mesure.ENTRETIENS] += 1
        for theme in entretien.themes.all():
            releve.dimensions[Dimension.THEME, str(theme.pk)] += 1
        if entretien.fin is not None:
            _ranger(releve, entretien.pole_id, Histogramme.Mesure.ENTRETIEN, entretien.fin - entretien.debut)
    return recus


def _compter_chemins(releve: Releve, journee: Journee) -> None:
    codes = dict(Pole.objects.values_list("pk", "code"))
    lignes = Transition.objects.filter(ticket__journee=journee, annulee=False).order_by("ticket_id", "pk")
    for _ticket, chemin in groupby(lignes, key=attrgetter("ticket_id")):
        pole = None
        for ligne, attente in attentes(chemin):
            if ligne.action == Action.COMMENCER:
                _ranger(releve, ligne.pole_id, Histogramme.Mesure.ATTENTE, attente)
            if ligne.action == Action.PASSER and pole is not None:
                releve.dimensions[Dimension.PASSAGE, f"{codes[pole]}>{codes[ligne.pole_id]}"] += 1
            pole = ligne.pole_id


def attentes(chemin: Iterable[Transition]) -> Iterable[tuple[Transition, timedelta]]:
    """Yield each move of one ticket with the time it has waited since it last joined a queue.

    Only the time spent "en attente" counts: a pause is the visitor's own time. Taking a ticket and being
    passed on to another pole start a new wait; coming back after an absence goes on with the same one.
    """
    attendu, depuis, etat = timedelta(), None, None
    for ligne in chemin:
        if etat == Etat.EN_ATTENTE and depuis is not None:
            attendu += max(ligne.instant - depuis, timedelta())
        if ligne.action in (Action.PRENDRE, Action.PASSER):
            attendu = timedelta()
        yield ligne, attendu
        etat, depuis = ligne.vers, ligne.instant


def _ranger(releve: Releve, pole: int, mesure: str, duree: timedelta) -> None:
    releve.histogrammes[pole, mesure, tranche_de(duree)] += 1


def ajouter(releve: Releve) -> None:
    """Add a day's counters to what is stored for that day. To be called in the transaction that deletes the rows."""
    _additionner(Comptage, releve.date, ("matin", "pole_id", "mesure"), releve.mesures)
    _additionner(ComptageDimension, releve.date, ("dimension", "valeur"), releve.dimensions)
    _additionner(Histogramme, releve.date, ("pole_id", "mesure", "minutes"), releve.histogrammes)
    score.ajouter(releve.date, releve.scores, releve.durees)


def _additionner(modele: Any, jour: date, champs: tuple[str, ...], compteur: Counter[Any]) -> None:
    """Add counters to the rows of a day, keyed by ``champs``. Closings of a day run one after the other."""
    stockes = {tuple(getattr(ligne, champ) for champ in champs): ligne for ligne in modele.objects.filter(date=jour)}
    neufs = []
    for cle, nombre in compteur.items():
        if cle in stockes:
            stockes[cle].nombre += nombre
        else:
            neufs.append(modele(date=jour, nombre=nombre, **dict(zip(champs, cle, strict=True))))
    modele.objects.bulk_update(stockes.values(), ["nombre"], batch_size=200)
    modele.objects.bulk_create(neufs)

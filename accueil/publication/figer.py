"""The freezing of periods that are over: published once, stored, never computed again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accueil.models import Comptage, ComptageDimension, Histogramme, Journee, ScorePrevision, TableauFige
from accueil.periodes import Genre, Periode, jour_seul, mois_de, semaine_de
from accueil.publication.compose import (
    DEMI_JOURNEES,
    DERIVES,
    SUJETS,
    TICKETS,
    Base,
    Sources,
    Tables,
    annoncer,
    composer,
    deriver,
    recomposer,
)
from accueil.regles.journee import jour_courant
from cite.models import Question, Reglages

INTERNE, EXTERNE = "interne", "externe"
AUDIENCES = (INTERNE, EXTERNE)
VERROU = 0x46696765  # "Fige": the advisory lock of freezings in this database
RECENT = timedelta(days=45)  # how far back the first request of a day looks for periods to freeze

Stocke = dict[str, dict[str, Any]]  # subject → what is stored


def cle(periode: Periode, sujet: str, audience: str) -> str:
    return f"{periode.cle}:{sujet}:{audience}"


def est_finie(periode: Periode, maintenant: datetime | None = None) -> bool:
    """Return whether a period is over, and its days closed."""
    if periode.fin >= jour_courant(maintenant):
        return False
    return not Journee.objects.filter(date__range=(periode.debut, periode.fin), cloturee_le=None).exists()


def figer(periode: Periode, *, maintenant: datetime | None = None) -> bool:
    """Publish a period that is over, and its parts before it. Returns False while it is not over; True also if it was.

    One at a time, in one transaction: two processes never publish two versions.
    """
    maintenant = maintenant or timezone.now()
    if not est_finie(periode, maintenant):
        return False
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as curseur:
                curseur.execute("SELECT pg_advisory_xact_lock(%s)", [VERROU])
        _figer(periode, maintenant)
    return True


def figer_recentes(maintenant: datetime | None = None) -> int:
    """Publish what has ended lately, as the first request of a day does. Returns how many periods."""
    jour = jour_courant(maintenant)
    jours = Comptage.objects.filter(date__range=(jour - RECENT, jour - timedelta(days=1))).order_by("date")
    return figer_celles_de(set(jours.values_list("date", flat=True)), maintenant=maintenant)


def figer_celles_de(jours: Iterable[date], *, maintenant: datetime | None = None) -> int:
    """Publish the ended periods that hold some days, the small ones first. Returns how many were new."""
    periodes = {faire(jour) for jour in jours for faire in (jour_seul, semaine_de, mois_de)}
    figees = set(
        TableauFige.objects.filter(cle__in=[cle(p, "base", INTERNE) for p in periodes]).values_list("cle", flat=True)
    )
    neuves = [p for p in periodes if cle(p, "base", INTERNE) not in figees]
    return sum(figer(p, maintenant=maintenant) for p in sorted(neuves, key=lambda p: (p.fin - p.debut, p.debut)))


def _figer(periode: Periode, maintenant: datetime) -> tuple[Sources, dict[str, Tables]]:
    """Publish a period if it is not yet; return what it is made of and its tables, by audience (none for a day)."""
    if periode.genre == Genre.JOUR:
        return Sources(periode, (_figer_jour(periode, maintenant),)), {}
    parties = [_figer(partie, maintenant) for partie in periode.parties()]
    bases = tuple(base for sources, _tables in parties for base in sources.bases)
    jours = periode.parties() if periode.genre == Genre.SEMAINE else []
    lus = [_stocke(p) for p in (periode, *jours)]
    tables: dict[str, Tables] = {}
    for audience in AUDIENCES:
        annonces = frozenset(
            jour.cle
            for jour, lu in zip(jours, lus[1:], strict=True)
            if isinstance(lu["annonce"][audience][TICKETS], int)
        )
        semaines = tuple(t[audience] for _s, t in parties if t)
        sources = Sources(periode, bases, semaines, _poles_des_questions(), annonces)
        if SUJETS[0] in lus[0]:
            relus = [{sujet: lu[sujet][audience] for sujet in SUJETS} for lu in lus]
            tables[audience] = recomposer(sources, relus[0], relus[1:])
        else:
            tables[audience] = composer(sources, _seuil(audience), tables.get(INTERNE))
    if SUJETS[0] not in lus[0]:
        _stocker(periode, bases, tables, maintenant)
    return Sources(periode, bases), tables


def _figer_jour(jour: Periode, maintenant: datetime) -> Base:
    """Keep the counters of a day as they are, once, and tell its totals; the rest comes with its week."""
    lu = TableauFige.objects.filter(cle=cle(jour, "base", INTERNE)).first()
    if lu is not None:
        return dict(lu.contenu)
    base = relever(jour.debut)
    contenus: dict[str, Any] = {cle(jour, "base", INTERNE): base}
    contenus |= {cle(jour, "annonce", a): annoncer(jour, base, _seuil(a)) for a in AUDIENCES}
    _garder(contenus, maintenant)
    return base


def _poles_des_questions() -> dict[str, str]:
    return {question.slug: str(question.pole_id) for question in Question.de_memoire().values()}


def _seuil(audience: str) -> int:
    reglages = Reglages.lire()
    return max(reglages.seuil_interne, reglages.seuil_externe if audience == EXTERNE else 0)


def _stocke(periode: Periode) -> dict[str, Stocke]:
    """Return what was stored of a period, by subject then audience; nothing if it was not published."""
    cles = {cle(periode, sujet, a): (sujet, a) for sujet in ("annonce", *SUJETS) for a in AUDIENCES}
    lu: dict[str, Stocke] = defaultdict(dict)
    for cle_, contenu in TableauFige.objects.filter(cle__in=cles).values_list("cle", "contenu"):
        sujet, audience = cles[cle_]
        lu[sujet][audience] = contenu
    return lu


def _stocker(periode: Periode, bases: tuple[Base, ...], tables: dict[str, Tables], maintenant: datetime) -> None:
    """Store the tables of a period, and those of its days with a week."""
    contenus: dict[str, Any] = {cle(periode, "base", INTERNE): {}}
    jours = periode.parties() if periode.genre == Genre.SEMAINE else []
    for audience, publies in tables.items():
        ensembles = [(periode, bases, publies)]
        for rang, jour in enumerate(jours):
            ensembles.append((jour, (bases[rang],), {sujet: p.dessous[rang] for sujet, p in publies.items()}))
        for quelle, siennes, tables_ in ensembles:
            lus = {sujet: publie.en_json() for sujet, publie in tables_.items()}
            lus |= deriver(Sources(quelle, siennes), tables_)
            contenus |= {cle(quelle, sujet, audience): contenu for sujet, contenu in lus.items()}
    _garder(contenus, maintenant)


def _garder(contenus: dict[str, Any], maintenant: datetime) -> None:
    TableauFige.objects.bulk_create(
        [TableauFige(cle=cle_, contenu=contenu, fige_le=maintenant) for cle_, contenu in contenus.items()]
    )


def lire(periodes: Iterable[Periode], audience: str) -> dict[str, tuple[dict[str, Any], datetime]]:
    """Return the published tables of some periods by key ``period:subject``, with when they were frozen. One query."""
    cles = {
        cle(periode, sujet, audience): f"{periode.cle}:{sujet}"
        for periode in periodes
        for sujet in ("annonce", *SUJETS, *DERIVES)
    }
    lignes = TableauFige.objects.filter(cle__in=cles)
    return {cles[ligne.cle]: (ligne.contenu, ligne.fige_le) for ligne in lignes}


# ------------------------------------------------------------------------------------------------ the counters of a day
def relever(jour: date) -> Base:
    """Return the counters of a day as they are now, poles by their key."""
    comptes: dict[str, dict[str, int]] = defaultdict(dict)
    for matin, pole, mesure, nombre in _lignes(Comptage, jour, "pole__ordre", "matin", "pole_id", "mesure"):
        comptes[mesure][f"{pole}|{DEMI_JOURNEES[not matin]}"] = nombre
    dimensions: dict[str, dict[str, int]] = defaultdict(dict)
    for dimension, valeur, nombre in _lignes(ComptageDimension, jour, "pk", "dimension", "valeur"):
        dimensions[dimension][valeur] = nombre
    histogrammes: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for pole, mesure, minutes, nombre in _lignes(Histogramme, jour, "pole__ordre", "pole_id", "mesure", "minutes"):
        histogrammes[mesure][str(pole)][str(minutes)] = nombre
    scores = ScorePrevision.objects.filter(date=jour).order_by("pole__ordre", "heure")
    champs = ("pole_id", "heure", "nombre", "erreur", "erreur_naive", "trop_court", "dedans")
    return {
        "comptes": comptes,
        "dimensions": dimensions,
        "histogrammes": histogrammes,
        "scores": [list(ligne) for ligne in scores.values_list(*champs)],
    }


def _lignes(modele: Any, jour: date, ordre: str, *champs: str) -> Iterable[tuple[Any, ...]]:
    return modele.objects.filter(date=jour).order_by(ordre, "pk").values_list(*champs, "nombre")

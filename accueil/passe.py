"""The invented past of a demonstration: eight weeks of counters and a roster, only where there is none.

Visitors come in two humps (late morning, mid-afternoon), more on Thursdays; waits follow how many come for each desk.
Institutions are invented. What is written is what closings and the nightly scoring would have left behind.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings

from accueil.compteurs import PLAFOND, TRANCHE
from accueil.models import Comptage, ComptageDimension, DureeTheme, Histogramme, ScorePrevision
from accueil.publication.figer import figer_celles_de
from accueil.regles.journee import jour_courant
from cite.horaires import Calendrier
from cite.models import Institution, Permanence, Pole, Question, Theme
from cite.temps import MIDI

SEMAINES, A_VENIR = 8, 2
INSTITUTIONS = (
    "Maison de l’orientation du Val",
    "Réseau Emploi Rivages",
    "Fabrique des compétences",
    "Les Passerelles",
)
# pole → visitors a half-day, desks, institution
POLES = {"accueil": (5, 1, 3), "orientation": (9, 1, 0), "formation": (11, 1, 2), "emploi": (19, 2, 1),
         "changer": (7, 1, 0), "activite": (2.4, 1, 2)}  # fmt: skip
LANGUES = (("fr", 80), ("en", 7), ("ar", 6), ("es", 4), ("uk", 3))
DUREE = 18.0  # median minutes of an interview


def raconter(sender: object, **kwargs: Any) -> None:
    """Write the past of a demonstration, once. Called by ``amorcer --demo``, in its transaction."""
    if not (settings.DEMO or settings.DEBUG) or Comptage.objects.exists() or Permanence.objects.exists():
        return
    ce_jour = jour_courant()
    lundi = ce_jour - timedelta(days=ce_jour.weekday())
    jours = [lundi + timedelta(days=n) for n in range(-7 * SEMAINES, 7 * A_VENIR)]
    lieu = Lieu()
    _ecrire_permanences(lieu, jours)
    passes = [jour for jour in jours if jour < ce_jour]
    for rang, jour in enumerate(passes):
        Passe(lieu, jour, rang / len(passes)).ecrire()
    _ecrire_durees(lieu, passes)
    figer_celles_de(passes)


class Lieu:
    """The words of the place, read once: poles by code, questions and themes by pole."""

    def __init__(self) -> None:
        self.poles = {pole.code: pole for pole in Pole.objects.filter(code__in=POLES, actif=True)}
        self.questions: dict[int, list[str]] = defaultdict(list)
        for pole, slug in Question.objects.order_by("ordre").values_list("pole_id", "slug"):
            self.questions[pole].append(slug)
        self.themes: dict[int, list[int]] = defaultdict(list)
        for pole, theme in (
            Theme.objects.filter(poles__in=self.poles.values()).order_by("ordre").values_list("poles", "pk")
        ):
            self.themes[pole].append(theme)


def _ecrire_permanences(lieu: Lieu, jours: list[date]) -> None:
    """Each pole has its desks while the place is open; *Créer son activité* on Tuesday and Thursday mornings."""
    institutions = [Institution.objects.get_or_create(nom=nom)[0] for nom in INSTITUTIONS]
    lignes, calendrier = [], Calendrier.lire()
    for jour in jours:
        for debut, fin in calendrier.plages(None, jour, 1):
            for code, pole in lieu.poles.items():
                _visites, guichets, rang = POLES[code]
                if code != "activite":
                    lignes.append(_permanence(pole, debut, fin.time(), guichets, institutions[rang]))
                elif jour.weekday() in (1, 3) and debut.time() < MIDI:
                    lignes.append(_permanence(pole, debut, MIDI, guichets, institutions[rang]))
    Permanence.objects.bulk_create(lignes)


def _permanence(pole: Pole, debut: datetime, fin: time, guichets: int, institution: Institution) -> Permanence:
    return Permanence(
        pole=pole, date=debut.date(), debut=debut.time(), fin=fin, guichets=guichets, institution=institution
    )


class Passe:
    """One invented day. ``avance`` goes from 0 to 1 over the weeks: one theme rises with it."""

    def __init__(self, lieu: Lieu, jour: date, avance: float) -> None:
        self.lieu, self.jour, self.avance = lieu, jour, avance
        self.hasard = random.Random(jour.toordinal())  # noqa: S311  (a show, not a secret)
        self.comptes: Counter[tuple[bool, Pole, str]] = Counter()
        self.dimensions: Counter[tuple[str, str]] = Counter()
        self.histogrammes: Counter[tuple[Pole, str, int]] = Counter()
        self.scores: dict[tuple[Pole, int], list[int]] = {}

    def ecrire(self) -> None:
        """Draw the day and store its counters; a day when the place is closed leaves none."""
        for debut, fin in Calendrier.lire().plages(None, self.jour, 1):
            for demi in (True, False):
                ouvert = debut.time() < MIDI if demi else fin.time() > MIDI
                for code, pole in self.lieu.poles.items() if ouvert else ():
                    if code != "activite" or (demi and self.jour.weekday() in (1, 3)):
                        self._demi(pole, demi)
        d = self.jour
        Comptage.objects.bulk_create(
            Comptage(date=d, matin=m, pole=p, mesure=x, nombre=n) for (m, p, x), n in self.comptes.items()
        )
        ComptageDimension.objects.bulk_create(
            ComptageDimension(date=d, dimension=x, valeur=v, nombre=n) for (x, v), n in self.dimensions.items()
        )
        Histogramme.objects.bulk_create(
            Histogramme(date=d, pole=p, mesure=x, minutes=m, nombre=n) for (p, x, m), n in self.histogrammes.items()
        )
        ScorePrevision.objects.bulk_create(
            ScorePrevision(
                date=d, pole=p, heure=h, nombre=s[0], erreur=s[1], erreur_naive=s[2], trop_court=s[3], dedans=s[4]
            )
            for (p, h), s in self.scores.items()
        )

    def _demi(self, pole: Pole, matin: bool) -> None:
        for mesure in Comptage.Mesure:
            self.comptes[matin, pole, mesure] += 0
        visites, guichets, _rang = POLES[pole.code]
        visites *= (1.35 if self.jour.weekday() == 3 else 0.7 if self.jour.weekday() == 5 else 1) * (
            1 if matin else 1.15
        )
        charge = visites / (guichets * 9)
        for _n in range(max(0, round(self.hasard.gauss(visites, visites**0.5)))):
            self._visite(pole, matin, charge)

    def _visite(self, pole: Pole, matin: bool, charge: float) -> None:
        h = self.hasard
        self.comptes[matin, pole, Comptage.Mesure.TICKETS] += 1
        langue = h.choices([code for code, _poids in LANGUES], [poids for _code, poids in LANGUES])[0]
        self.dimensions["langue", langue] += 1
        self.dimensions["heure", f"{h.choice((10, 11, 11, 12) if matin else (13, 14, 14, 15, 15, 16, 17)):02d}"] += 1
        self.dimensions["priorite", "oui" if h.random() < 0.06 else "non"] += 1
        if h.random() < 0.93 and (questions := self.lieu.questions[pole.pk]):
            self.dimensions["question", h.choice(questions)] += 1
        if h.random() < 0.05 + 0.04 * charge:
            self.comptes[matin, pole, Comptage.Mesure.SANS_ENTRETIEN] += 1
            absent = h.random() < 0.6
            self.comptes[matin, pole, Comptage.Mesure.ABSENTS if absent else Comptage.Mesure.PARTIS] += 1
            return
        self._recevoir(pole, matin, h.lognormvariate(2.1 + 0.85 * min(charge, 1.6), 0.55))
        if h.random() < 0.07:
            autre = h.choice([p for code, p in self.lieu.poles.items() if p != pole and code != "activite"])
            self.dimensions["passage", f"{pole.code}>{autre.code}"] += 1
            self._recevoir(autre, matin, h.lognormvariate(2.2, 0.5))

    def _recevoir(self, pole: Pole, matin: bool, attente: float) -> None:
        h = self.hasard
        self.comptes[matin, pole, Comptage.Mesure.ENTRETIENS] += 1
        for mesure, minutes in (("attente", attente), ("entretien", DUREE * h.lognormvariate(0, 0.5))):
            self.histogrammes[pole, mesure, min(int(minutes) // TRANCHE * TRANCHE, PLAFOND)] += 1
        themes = self.lieu.themes[pole.pk]
        for theme in h.sample(themes, min(len(themes), h.choice((0, 1, 1, 2)))):
            self.dimensions["theme", str(theme)] += 1
        if themes and h.random() < 0.25 * self.avance:
            self.dimensions["theme", str(themes[0])] += 1
        heure = h.choice((10, 11, 11, 12)) if matin else h.choice((13, 14, 14, 15, 15, 16, 17))
        score = self.scores.setdefault((pole, heure), [0] * 5)
        ecart = round(abs(h.gauss(0, attente * 0.4)))
        for i, n in enumerate((1, ecart, round(ecart * 1.4 + h.random() * 3), ecart > 12, h.random() < 0.8)):
            score[i] += int(n)


def _ecrire_durees(lieu: Lieu, jours: list[date]) -> None:
    """How long interviews lasted, by month, pole and theme."""
    h = random.Random(7)  # noqa: S311
    lignes: Counter[tuple[date, int, int, int]] = Counter()
    for mois in sorted({jour.replace(day=1) for jour in jours}):
        for pole in lieu.poles.values():
            for theme in lieu.themes[pole.pk]:
                for _n in range(24):
                    minutes = int(DUREE * h.lognormvariate(0, 0.5)) // TRANCHE * TRANCHE
                    lignes[mois, pole.pk, theme, min(minutes, PLAFOND)] += 1
    DureeTheme.objects.bulk_create(
        DureeTheme(mois=mois, pole_id=pole, theme_id=theme, minutes=minutes, nombre=n)
        for (mois, pole, theme, minutes), n in lignes.items()
    )

"""The periods that are published: the day, the week, and the month made of whole weeks.

A month is the weeks whose Thursday falls in it. A calendar month would cut weeks in two, and a month minus its weeks
would then tell a few days of people that no table shows. So day ⊂ week ⊂ month, without a remainder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils import formats
from django.utils.translation import gettext as _

from cite.refus import Introuvable

SEMAINE = re.compile(r"(20\d\d)-S(\d\d)")
MOIS = re.compile(r"(20\d\d)-(\d\d)")
JOUR = re.compile(r"20\d\d-\d\d-\d\d")


class Genre(StrEnum):
    JOUR = "jour"
    SEMAINE = "semaine"
    MOIS = "mois"


@dataclass(frozen=True)
class Periode:
    """A day, a week (Monday to Sunday) or a month of whole weeks; ``fin`` is its last day."""

    genre: Genre
    debut: date
    fin: date

    @property
    def valeur(self) -> str:
        """Return the period as addresses and keys write it: ``2026-03-10``, ``2026-S11``, ``2026-03``."""
        if self.genre == Genre.JOUR:
            return self.debut.isoformat()
        if self.genre == Genre.SEMAINE:
            an, semaine, _jour = self.debut.isocalendar()
            return f"{an}-S{semaine:02d}"
        return f"{self.debut + timedelta(days=3):%Y-%m}"

    @property
    def cle(self) -> str:
        return f"{self.genre}:{self.valeur}"

    def jours(self) -> list[date]:
        return [self.debut + timedelta(days=n) for n in range((self.fin - self.debut).days + 1)]

    def parties(self) -> list[Periode]:
        """Return the periods it is made of: the weeks of a month, the days of a week, nothing for a day."""
        if self.genre == Genre.MOIS:
            return [semaine_de(jour) for jour in self.jours()[::7]]
        return [jour_seul(jour) for jour in self.jours()] if self.genre == Genre.SEMAINE else []

    def precedente(self) -> Periode:
        return periode_de(self.genre, self.debut - timedelta(days=1))

    def suivante(self) -> Periode:
        return periode_de(self.genre, self.fin + timedelta(days=1))

    def titre(self) -> str:
        """Return the period as one says it."""
        if self.genre == Genre.JOUR:
            return formats.date_format(self.debut, "l j F Y")
        du, au = formats.date_format(self.debut, "j F"), formats.date_format(self.fin, "j F Y")
        if self.genre == Genre.SEMAINE:
            return _("Semaine du %(du)s au %(au)s") % {"du": du, "au": au}
        mois = formats.date_format(self.debut + timedelta(days=3), "F Y")
        return mois[:1].upper() + mois[1:]

    def precision(self) -> str:
        """Return what a title does not say: the days that a month of whole weeks holds."""
        if self.genre != Genre.MOIS:
            return ""
        du, au = formats.date_format(self.debut, "l j F"), formats.date_format(self.fin, "l j F Y")
        return _("Des semaines entières, du %(du)s au %(au)s : celles dont le jeudi tombe dans le mois.") % {
            "du": du, "au": au,
        }  # fmt: skip


def jour_seul(jour: date) -> Periode:
    return Periode(Genre.JOUR, jour, jour)


def semaine_de(jour: date) -> Periode:
    lundi = jour - timedelta(days=jour.weekday())
    return Periode(Genre.SEMAINE, lundi, lundi + timedelta(days=6))


def mois_de(jour: date) -> Periode:
    """Return the month of whole weeks that holds a day."""
    jeudi = semaine_de(jour).debut + timedelta(days=3)
    return _mois(jeudi.year, jeudi.month)


def _mois(an: int, mois: int) -> Periode:
    premier = date(an, mois, 1)
    suivant = date(an + mois // 12, mois % 12 + 1, 1)
    jeudi = premier + timedelta(days=(3 - premier.weekday()) % 7)
    dernier = suivant - timedelta(days=1)
    dernier -= timedelta(days=(dernier.weekday() - 3) % 7)
    return Periode(Genre.MOIS, jeudi - timedelta(days=3), dernier + timedelta(days=3))


def periode_de(genre: Genre, jour: date) -> Periode:
    return {Genre.JOUR: jour_seul, Genre.SEMAINE: semaine_de, Genre.MOIS: mois_de}[genre](jour)


def lire_periode(genre: str, valeur: str) -> Periode:
    """Return the period of an address. Raises `Introuvable` with a sentence for anything else."""
    try:
        if genre == Genre.JOUR and JOUR.fullmatch(valeur):
            return jour_seul(date.fromisoformat(valeur))
        if genre == Genre.SEMAINE and (trouve := SEMAINE.fullmatch(valeur)):
            return semaine_de(date.fromisocalendar(int(trouve[1]), int(trouve[2]), 1))
        if genre == Genre.MOIS and (trouve := MOIS.fullmatch(valeur)):
            return _mois(int(trouve[1]), int(trouve[2]))
    except ValueError:
        pass
    raise Introuvable(
        _("Cette période n’existe pas : « %(valeur)s ».") % {"valeur": valeur[:20]},
        que_faire=_("Une adresse s’écrit par exemple jour/2026-03-10, semaine/2026-S11 ou mois/2026-03."),
    )

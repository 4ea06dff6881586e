"""The tables of the steering pages: one `Feuille` is shown on the page and exported, so both say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import formats
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from accueil.periodes import Genre, Periode, lire_periode
from accueil.publication import NC, TOTAL
from accueil.publication.compose import TRANCHES
from cite.models import Pole, Question, Theme

Cellule = Any  # a number, n.c., None (not counted), a slice [from, to], a share ["=", 72], or words
Table = Mapping[str, Any]  # as stored


@dataclass
class Feuille:
    """A table: its question, its column heads, and lines of (label, cells)."""

    cle: str
    titre: str
    tete: str
    colonnes: list[str]
    lignes: list[tuple[str, list[Cellule]]]
    note: str = ""
    publique: bool = True  # may be exported for the outside
    total: str = field(default="")  # the label of the line to set off

    def __bool__(self) -> bool:
        return bool(self.lignes)

    def dites(self) -> list[tuple[str, list[str]]]:
        """Return the lines as the page words them."""
        return [(label, [dire(cellule) for cellule in cellules]) for label, cellules in self.lignes]


def dire(cellule: Cellule) -> str:
    """Return a cell in words: ``12``, ``n.c.``, ``—`` (not counted), ``10 à 15 min``, ``72 %``, ``moins de 15 %``."""
    match cellule:
        case None:
            return "—"
        case [int(du), int(au)]:
            return _("%(du)d à %(au)d min") % {"du": du, "au": au}
        case ["=", valeur]:
            return f"{valeur} %"
        case ["<", valeur]:
            return _("moins de %(n)s %%") % {"n": valeur}
        case [">", valeur]:
            return _("plus de %(n)s %%") % {"n": valeur}
        case float():
            return formats.number_format(round(cellule, 1), 1)
        case _:
            return str(cellule)


def case(table: Table | None, ligne: str, colonne: str) -> Cellule:
    """Return one stored cell; None where the table has none; n.c. everywhere in a table that is withheld."""
    if not table or table["retenu"]:
        return NC if table else None
    if ligne not in table["lignes"] or colonne not in table["colonnes"]:
        return None
    return table["cases"][table["lignes"].index(ligne)][table["colonnes"].index(colonne)]


# ------------------------------------------------------------------------------------------------ words
class Mots:
    """The names of what counters hold by key. One query, for the themes."""

    def __init__(self) -> None:
        self.poles = {str(pole.pk): pole.nom for pole in Pole.de_memoire().values()}
        self._courts = {str(pole.pk): pole.nom_court for pole in Pole.de_memoire().values()}
        self._codes = {pole.code: pole.nom_court for pole in Pole.de_memoire().values()}
        self._questions = {question.slug: question.phrase for question in Question.de_memoire().values()}
        self._themes = {str(pk): nom for pk, nom in Theme.objects.values_list("pk", "nom")}

    def pole(self, cle: str) -> str:
        return _("Tous les pôles") if cle == TOTAL else self.poles.get(cle, _("Pôle supprimé"))

    def court(self, cle: str) -> str:
        """Return the name of a pole as a chart has room for it."""
        return _("Tous") if cle == TOTAL else self._courts.get(cle, "?")

    def question(self, cle: str) -> str:
        return self._questions.get(cle, cle)

    def theme(self, cle: str) -> str:
        return self._themes.get(cle, _("Thème supprimé"))

    def langue(self, cle: str) -> str:
        try:
            return get_language_info(cle)["name_translated"].capitalize()
        except KeyError:
            return cle

    def passage(self, cle: str) -> str:
        de, _fleche, vers = cle.partition(">")
        return f"{self._codes.get(de, de)} → {self._codes.get(vers, vers)}"

    def tranche(self, cle: str) -> str:
        rang = TRANCHES.index(int(cle))
        if rang == len(TRANCHES) - 1:
            return _("%(n)d min et plus") % {"n": TRANCHES[rang]}
        return _("%(du)d à %(au)d min") % {"du": TRANCHES[rang], "au": TRANCHES[rang + 1]}

    def heure(self, cle: str) -> str:
        return _("Toutes les heures") if cle == TOTAL else f"{cle} h"


def nom_de_colonne(colonne: str, periode: Periode) -> str:
    """Return the head of a column of time."""
    genre, valeur, *demi = colonne.split(":")
    if demi:
        return _("Matin") if demi[0] == "matin" else _("Après-midi")
    if colonne == periode.cle:
        return {Genre.JOUR: _("Jour"), Genre.SEMAINE: _("Semaine"), Genre.MOIS: _("Mois")}[periode.genre]
    partie = lire_periode(genre, valeur)
    if partie.genre == Genre.JOUR:
        return formats.date_format(partie.debut, "D j").lower()
    return _("%(du)s au %(au)s") % {
        "du": formats.date_format(partie.debut, "j/n"), "au": formats.date_format(partie.fin, "j/n"),
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------ shapes of tables
def colonnes_comptees(table: Table) -> list[str]:
    """Return the columns where something was counted: closed days are not shown."""
    comptees = [c for i, c in enumerate(table["colonnes"]) if any(ligne[i] is not None for ligne in table["cases"])]
    return comptees or table["colonnes"][-1:]


def par_temps(cle: str, titre: str, table: Table | None, periode: Periode, mot: Callable[[str], str]) -> Feuille:
    """Return a stored table as it is: lines × time."""
    if not table or not table["lignes"] or table["retenu"]:
        return Feuille(cle, titre, "", [], [])
    colonnes = colonnes_comptees(table)
    lignes = [(mot(ligne), [case(table, ligne, c) for c in colonnes]) for ligne in table["lignes"]]
    return Feuille(cle, titre, _("Pôle"), [nom_de_colonne(c, periode) for c in colonnes], lignes, total=mot(TOTAL))


def par_valeur(cle: str, titre: str, tete: str, table: Table | None, mot: Callable[[str], str]) -> Feuille:
    """Return one figure a value for the whole period, the large ones first; its parts of time are not crossed here."""
    if not table or table["retenu"]:
        return Feuille(cle, titre, tete, [], [])
    lus = [(mot(li), cases[-1]) for li, cases in zip(table["lignes"], table["cases"], strict=True) if li != TOTAL]
    lus.sort(key=lambda ligne: -ligne[1] if isinstance(ligne[1], int) else 0 if ligne[1] == NC else 1)
    return Feuille(cle, titre, tete, [_("Nombre")], [(label, [n]) for label, n in lus if n])


def derivee(
    cle: str, titre: str, tete: str, colonnes: list[str], table: Table | None, mot: Callable[[str], str]
) -> Feuille:  # fmt: skip
    lignes = [(mot(li), cases) for li, cases in zip(table["lignes"], table["cases"], strict=True)] if table else []
    return Feuille(cle, titre, tete, colonnes, lignes, total=mot(TOTAL))

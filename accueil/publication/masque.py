"""`publier`: the one function through which every published count passes, and what it returns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from accueil.publication.reseau import Arc, Noeud, Reseau

TOTAL = "total"
NC = "n.c."
Cle = tuple[str, str]  # (line, column)


class TropDeDimensions(ValueError):
    """A table crosses more than two dimensions: it is refused, whatever its counts."""


class Pourquoi(StrEnum):
    """Why a figure is hidden. For tests and audits: telling it would itself tell that a figure is small."""

    SEUIL = "sous le seuil"
    COMPLEMENT = "secret secondaire"
    RETENU = "tableau retenu"


class Totaux(StrEnum):
    """What the totals of the lines are: figures of their own, known from another table, or without meaning."""

    PUBLIES = "publiés"
    CONNUS = "connus"
    AUCUN = "aucun"


@dataclass(frozen=True)
class Tableau:
    """Counts by line × column; ``cases`` has no totals. None, or no case: not counted, which is not zero.

    The last column is the period itself, the others are its parts. ``ensemble`` holds the published figures of a
    larger count of which these are a part, ``plancher`` least values that other tables tell.
    """

    lignes: tuple[str, ...]
    colonnes: tuple[str, ...]
    cases: Mapping[Cle, int | None]
    totaux: Totaux = Totaux.PUBLIES
    ensemble: Mapping[Cle, int] = field(default_factory=dict)
    plancher: Mapping[Cle, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for cle in self.cases:
            if not isinstance(cle, tuple) or len(cle) != 2:
                raise TropDeDimensions(f"Deux dimensions au plus par tableau publié : {cle!r}")

    @property
    def entier(self) -> str:
        """Return the column of the whole period."""
        return self.colonnes[-1]

    def valeur(self, ligne: str, colonne: str) -> int | None:
        """Return a count, a margin or the grand total; None where nothing was counted."""
        lignes = self.lignes if ligne == TOTAL else (ligne,)
        parties = self.colonnes[:-1] or self.colonnes
        colonnes = parties if colonne == self.entier else (colonne,)
        comptes = [n for li in lignes for co in colonnes if (n := self.cases.get((li, co))) is not None]
        return sum(comptes) if comptes else None

    def cles(self) -> Iterator[Cle]:
        for ligne in (*self.lignes, TOTAL):
            for colonne in self.colonnes:
                yield ligne, colonne


@dataclass(frozen=True)
class Publie:
    """A table with its hidden figures. ``dessous`` are the published tables of its parts."""

    tableau: Tableau
    seuil: int
    caches: frozenset[Cle]
    dessous: tuple[Publie, ...] = ()
    retenu: bool = False

    def montre(self, ligne: str, colonne: str) -> int | str | None:
        """Return a published figure: a number, `NC`, or None where nothing was counted."""
        valeur = self.tableau.valeur(ligne, colonne)
        return NC if (ligne, colonne) in self.caches else valeur

    def montrees(self) -> dict[Cle, int]:
        """Return the figures that anyone can read."""
        lues = {cle: self.montre(*cle) for cle in self.tableau.cles()}
        return {cle: n for cle, n in lues.items() if isinstance(n, int)}

    def pourquoi(self, ligne: str, colonne: str) -> Pourquoi | None:
        if (ligne, colonne) not in self.caches:
            return None
        if self.retenu:
            return Pourquoi.RETENU
        return Pourquoi.SEUIL if _sensible(self.tableau, (ligne, colonne), self.seuil) else Pourquoi.COMPLEMENT

    def en_json(self) -> dict[str, Any]:
        """Return what is stored and shown: hidden figures are gone, and nothing says why they are hidden."""
        lignes = [] if self.retenu else [*self.tableau.lignes, TOTAL]
        return {
            "lignes": lignes,
            "colonnes": list(self.tableau.colonnes),
            "cases": [[self.montre(ligne, colonne) for colonne in self.tableau.colonnes] for ligne in lignes],
            "seuil": self.seuil,
            "retenu": self.retenu,
        }


def relire(tableau: Tableau, stocke: Mapping[str, Any], dessous: tuple[Publie, ...] = ()) -> Publie:
    """Return a table as it was published, from its counts and what was stored."""
    lignes = dict(zip(stocke["lignes"], stocke["cases"], strict=True))
    caches = {
        (ligne, colonne)
        for ligne, colonne in tableau.cles()
        if stocke["retenu"]
        or dict(zip(stocke["colonnes"], lignes.get(ligne, []), strict=False)).get(colonne) == NC
    }  # fmt: skip
    return Publie(tableau, stocke["seuil"], frozenset(caches), dessous, stocke["retenu"])


def publier(
    tableau: Tableau,
    seuil: int,
    *,
    dessous: tuple[Publie, ...] = (),
    caches: Collection[Cle] = (),
    retenu: bool = False,
) -> Publie:
    """Return a table as it may be published.

    Hides the counts under the threshold, then as few others as it finds (`accueil.publication`, "What is held") until
    each of them keeps at least ``seuil`` possible values for whoever knows this table and ``dessous``, the tables of
    its parts, which no longer change. ``caches`` are figures to hide whatever they are. A table that cannot hold the
    rule is withheld (``retenu``): none of its figures is shown.
    """
    decides = set(tableau.colonnes) - {sous.tableau.entier for sous in dessous}
    nouveaux = {}
    for cle in tableau.cles():
        if cle[1] in decides and (arc := _arc(tableau, cle, seuil, retenu, d_office=cle in caches)):
            arc.cache = retenu or arc.cache or cle in caches or arc.besoin > 0
            nouveaux[cle] = arc
    reseau = Reseau([*nouveaux.values(), *_arcs_du_dessous(dessous, tableau.entier)])
    if not _masquer(reseau, list(nouveaux.values())) and not retenu:
        return publier(tableau, seuil, dessous=dessous, retenu=True)
    heritees = {(li, sous.tableau.entier) for sous in dessous for li in tableau.lignes if _nc(sous, li)}
    heritees |= {(TOTAL, sous.tableau.entier) for sous in dessous if _nc(sous, TOTAL)}
    choisis = {cle for cle, arc in nouveaux.items() if arc.cache}
    if retenu:
        choisis = set(tableau.cles())
    return Publie(tableau, seuil, frozenset(choisis | heritees), dessous, retenu)


def _masquer(reseau: Reseau, nouveaux: list[Arc]) -> bool:
    """Hide new figures until every sensitive one is safe. Returns False where even hiding them all is not enough."""
    a_tenir = [arc for arc in reseau.arcs if arc.besoin]
    sur = False
    while not sur:
        sur = True
        for arc in sorted((a for a in a_tenir if a.cache), key=lambda a: a.valeur):
            if reseau.possibles(arc) >= arc.besoin:
                continue
            choix = _complement(reseau, arc) or [a for a in nouveaux if not a.cache and not a.fige]
            if not choix:
                return False
            for complement in choix:
                complement.cache = True
            sur = False
    return True


def _complement(reseau: Reseau, arc: Arc) -> list[Arc]:
    """Return what to hide so that an arc can grow by what it needs, or by as much as is found."""
    for largeur in range(min(arc.besoin - 1, arc.libre(True)), 0, -1):
        if choix := reseau.a_cacher(arc, largeur):
            return choix
    return []


def _sensible(tableau: Tableau, cle: Cle, seuil: int) -> bool:
    """Return whether a count, or what is left of the larger count it belongs to, is under the threshold."""
    valeur = tableau.valeur(*cle) or 0
    if cle[0] == TOTAL and tableau.totaux != Totaux.PUBLIES:
        return False
    return 0 < valeur < seuil or (valeur > 0 and 0 < tableau.ensemble.get(cle, valeur) - valeur < seuil)


def _arc(tableau: Tableau, cle: Cle, seuil: int, retenu: bool, *, d_office: bool) -> Arc | None:
    valeur = tableau.valeur(*cle)
    if valeur is None or (valeur == 0 and not retenu and not d_office):
        return None  # not counted, or zero: shown, and nobody's
    ligne, colonne = cle
    arc = Arc(cle, *_bouts(tableau, ligne, colonne), valeur, bas=0)
    if not retenu:
        arc.besoin = seuil if _sensible(tableau, cle, seuil) else 0
        arc.bas = min(valeur, tableau.plancher.get(cle, 1))
        if tableau.ensemble.get(cle, -1) >= valeur:
            arc.haut = tableau.ensemble[cle]
    if ligne == TOTAL:
        arc.cache, arc.fige = tableau.totaux == Totaux.AUCUN, tableau.totaux == Totaux.CONNUS and not retenu
    return arc


def _bouts(tableau: Tableau, ligne: str, colonne: str) -> tuple[Noeud, Noeud]:
    """Return the ends of an arc: lines flow down from the period to its parts, totals flow back up."""
    dernier = colonne == tableau.entier
    feuille = not dernier or len(tableau.colonnes) == 1
    dehors: Noeud = ("dehors",)
    if ligne == TOTAL:
        bas: Noeud = ("feuille", colonne) if feuille else ("tous", colonne)
        return bas, dehors if dernier else ("tous", tableau.entier)
    haut = dehors if dernier else ("ligne", tableau.entier, ligne)
    return haut, ("feuille", colonne) if feuille else ("ligne", colonne, ligne)


def _arcs_du_dessous(dessous: tuple[Publie, ...], entier: str) -> Iterator[Arc]:
    """Yield the hidden arcs of tables already published, hung under the column of their parent."""
    for sous in dessous:
        for cle in sous.tableau.cles():
            plus_bas = cle[1] in {autre.tableau.entier for autre in sous.dessous}  # comes with its own table
            if plus_bas or cle not in sous.caches:
                continue  # published: it does not move
            arc = _arc(sous.tableau, cle, sous.seuil, sous.retenu, d_office=True)
            if arc is None:
                continue
            arc.cache, arc.fige = True, True
            if cle[1] == sous.tableau.entier:
                pendu = ("tous", entier) if cle[0] == TOTAL else ("ligne", entier, cle[0])
                arc.de, arc.vers = (arc.de, pendu) if cle[0] == TOTAL else (pendu, arc.vers)
            yield arc
        yield from _arcs_du_dessous(sous.dessous, sous.tableau.entier)


def _nc(sous: Publie, ligne: str) -> bool:
    return (ligne, sous.tableau.entier) in sous.caches or (sous.retenu and ligne != TOTAL)

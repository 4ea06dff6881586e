"""`publier`: the one function through which every published count passes, and what it returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
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

    The last column is the period itself, the others are its parts. What is known from elsewhere: ``jumeau`` is another
    measure of the same visits, hidden on the same cases; ``ensemble`` the larger count of which these are a part;
    ``plancher`` the least that other measures allow; ``groupes`` the lines whose sums other tables tell; ``annonces``
    the figures told before this table was.
    """

    lignes: tuple[str, ...]
    colonnes: tuple[str, ...]
    cases: Mapping[Cle, int | None]
    totaux: Totaux = Totaux.PUBLIES
    jumeau: Mapping[Cle, int] = field(default_factory=dict)
    groupes: Mapping[Cle, str] = field(default_factory=dict)
    ensemble: Mapping[Cle, int] = field(default_factory=dict)
    plancher: Mapping[Cle, int] = field(default_factory=dict)
    annonces: frozenset[Cle] = frozenset()

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


@dataclass(frozen=True)
class Demande:
    """A table to decide: ``caches`` are figures to hide whatever they are, ``retenu`` withholds it whole."""

    tableau: Tableau
    caches: frozenset[Cle] = frozenset()
    retenu: bool = False


def publier(
    tableau: Tableau,
    seuil: int,
    *,
    dessous: tuple[Publie, ...] = (),
    parties: tuple[Demande, ...] = (),
    caches: frozenset[Cle] = frozenset(),
    retenu: bool = False,
) -> Publie:
    """Return a table as it may be published.

    Hides the counts under the threshold, then as few others as it finds (`accueil.publication`, "What is held") until
    each of them keeps at least ``seuil`` possible values for whoever knows this table and those of its parts:
    ``dessous`` were published before and no longer change, ``parties`` are decided at once with it. A table that cannot
    hold the rule is withheld: none of its figures is shown.
    """
    demandes = [*parties, Demande(tableau, caches, retenu)]
    entieres = {d.tableau.entier for d in parties} | {sous.tableau.entier for sous in dessous}
    while True:
        decides = [_arcs_d_une(d, seuil, tableau, entieres if d is demandes[-1] else set()) for d in demandes]
        nouveaux = [arc for arcs in decides for arc in arcs.values()]
        echec = _masquer(Reseau([*nouveaux, *_arcs_du_dessous(dessous, tableau.entier)]), nouveaux)
        rang = next((i for i, arcs in enumerate(decides) if echec in arcs.values()), len(decides) - 1)
        if demandes[rang].retenu:
            rang = len(demandes) - 1
        if echec is None or demandes[rang].retenu:
            break
        demandes[rang] = replace(demandes[rang], retenu=True)
    choisis = [_caches_d_une(d, arcs) for d, arcs in zip(demandes, decides, strict=True)]
    publiees = tuple(
        Publie(d.tableau, seuil, frozenset(c), (), d.retenu)
        for d, c in zip(parties and demandes[:-1], choisis, strict=False)
    )
    tous = (*dessous, *publiees)
    heritees = {(li, sous.tableau.entier) for sous in tous for li in (*tableau.lignes, TOTAL) if _nc(sous, li)}
    return Publie(tableau, seuil, frozenset(choisis[-1] | heritees), tous, demandes[-1].retenu)


def _arcs_d_une(demande: Demande, seuil: int, racine: Tableau, sauf: set[str]) -> dict[Cle, Arc]:
    """Return the arcs that one table decides; those of a part hang under the column of the whole."""
    arcs = {}
    for cle in demande.tableau.cles():
        if cle[1] in sauf:
            continue
        arc = _arc(demande.tableau, cle, seuil, demande.retenu, d_office=cle in demande.caches)
        if arc is not None:
            arc.cache = demande.retenu or arc.cache or cle in demande.caches or arc.besoin > 0
            if demande.tableau is not racine:
                _pendre(arc, demande.tableau, racine.entier)
            arcs[cle] = arc
    return arcs


def _caches_d_une(demande: Demande, arcs: dict[Cle, Arc]) -> set[Cle]:
    return set(demande.tableau.cles()) if demande.retenu else {cle for cle, arc in arcs.items() if arc.cache}


def _masquer(reseau: Reseau, nouveaux: list[Arc]) -> Arc | None:
    """Hide new figures until every sensitive one is safe. Returns one that is not even with all of them hidden."""
    a_tenir = [arc for arc in reseau.arcs if arc.besoin]
    sur = False
    while not sur:
        sur = True
        for arc in sorted((a for a in a_tenir if a.cache), key=lambda a: a.valeur):
            if reseau.possibles(arc) >= arc.besoin:
                continue
            choix = _complement(reseau, arc) or [a for a in nouveaux if not a.cache and not a.fige]
            if not choix:
                return arc
            for complement in choix:
                complement.cache = True
            sur = False
    return None


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
    reste = tableau.ensemble.get(cle, valeur) - valeur if valeur else 0
    liee = valeur > 0 and tableau.groupes.get(cle) == NC  # it would give back a figure that another table hides
    return liee or any(0 < n < seuil for n in (valeur, tableau.jumeau.get(cle, 0), reste))


def _arc(tableau: Tableau, cle: Cle, seuil: int, retenu: bool, *, d_office: bool) -> Arc | None:
    valeur = tableau.valeur(*cle)
    if valeur is None or (not valeur and not tableau.jumeau.get(cle) and not retenu and not d_office):
        return None  # not counted, or zero: shown, and nobody's
    ligne, colonne = cle
    moins = 0 if retenu else 1  # a hidden figure is at least one, unless its whole table is withheld, zeros included
    perte = min(valeur - tableau.plancher.get(cle, moins), tableau.jumeau.get(cle, valeur) - moins)
    arc = Arc(cle, *_bouts(tableau, ligne, colonne), valeur, bas=valeur - max(0, perte))
    arc.besoin = seuil if _sensible(tableau, cle, seuil) else 0
    if tableau.ensemble.get(cle, -1) >= valeur:
        arc.haut = tableau.ensemble[cle]
    if ligne == TOTAL:
        arc.cache, arc.fige = tableau.totaux == Totaux.AUCUN, tableau.totaux == Totaux.CONNUS and not retenu
    arc.fige = arc.fige or (cle in tableau.annonces and not arc.besoin)
    return arc


def _bouts(tableau: Tableau, ligne: str, colonne: str) -> tuple[Noeud, Noeud]:
    """Return the ends of an arc: lines flow down from the period to its parts, totals flow back up."""
    dernier = colonne == tableau.entier
    feuille = not dernier or len(tableau.colonnes) == 1
    groupe = tableau.groupes.get((ligne, colonne), "")
    dehors: Noeud = ("dehors",)
    if ligne == TOTAL:
        bas: Noeud = ("feuille", colonne, groupe) if feuille else ("tous", colonne)
        return bas, dehors if dernier else ("tous", tableau.entier)
    haut = dehors if dernier else ("ligne", tableau.entier, ligne)
    return haut, ("feuille", colonne, groupe) if feuille else ("ligne", colonne, ligne)


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
            _pendre(arc, sous.tableau, entier)
            yield arc
        yield from _arcs_du_dessous(sous.dessous, sous.tableau.entier)


def _pendre(arc: Arc, tableau: Tableau, entier: str) -> None:
    """Hang the last column of a part under the column of the whole."""
    ligne, colonne = arc.cle
    if colonne == tableau.entier and ligne == TOTAL:
        arc.vers = ("tous", entier)
    elif colonne == tableau.entier:
        arc.de = ("ligne", entier, ligne)


def _nc(sous: Publie, ligne: str) -> bool:
    return (ligne, sous.tableau.entier) in sous.caches or (sous.retenu and ligne != TOTAL)

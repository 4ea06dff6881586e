"""Charts as SVG that the server draws: shapes and words in a frame, for `templates/accueil/pilotage_graphique.html`.

Presentation is by classes (no style attribute: the content policy refuses it). A series is told by its pattern and
its legend, never by a hue alone; a hidden figure is a dotted box with "n.c."; every chart has its equal table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from accueil.publication import NC

Valeur = int | str | None  # a number, n.c., or None: not counted
LARGEUR = 640
RANG, BARRE = 34, 20  # height of a row of horizontal bars, and of its bar
MOTS = 190  # room for the words of a row
HAUT, BAS = 24, 52  # room above and below columns
COLONNES = 190  # height of the columns themselves
COUPURE = re.compile(r" (?=(?:à|au|et) )")  # where the words under a column may go to the line


@dataclass(frozen=True)
class Forme:
    """A rectangle (``genre`` "plein", "raye", "points" or "nc") or a text."""

    genre: str
    x: float
    y: float
    largeur: float = 0
    hauteur: float = 0
    mots: str = ""
    ancre: Literal["start", "middle", "end"] = "start"


@dataclass
class Graphique:
    """What the template draws. ``legende`` pairs a pattern with its words."""

    cle: str
    titre: str
    description: str
    hauteur: float
    largeur: float = LARGEUR
    formes: list[Forme] = field(default_factory=list)
    legende: list[tuple[str, str]] = field(default_factory=list)

    def mots(self, x: float, y: float, mots: str, ancre: Literal["start", "middle", "end"] = "start") -> None:
        self.formes.append(Forme("mots", round(x, 1), round(y, 1), mots=mots, ancre=ancre))

    def boite(self, genre: str, x: float, y: float, largeur: float, hauteur: float) -> None:
        self.formes.append(Forme(genre, round(x, 1), round(y, 1), round(largeur, 1), round(hauteur, 1)))


def dire(valeur: Valeur, unite: str = "") -> str:
    if valeur is None:
        return "—"
    return f"{valeur}{unite}" if isinstance(valeur, int) else valeur


def _abreger(mots: str, longueur: int = 26) -> str:
    return mots if len(mots) <= longueur else mots[: longueur - 1].rstrip() + "…"


def barres(
    cle: str, titre: str, description: str, lignes: Sequence[tuple[str, Valeur]], unite: str = ""
) -> Graphique | None:  # fmt: skip
    """Return horizontal bars, one a line, each with its figure; None where no figure can be shown."""
    maxi = max((v for _mots, v in lignes if isinstance(v, int)), default=0)
    if not maxi:
        return None
    dessin = Graphique(cle, titre, description, hauteur=RANG * len(lignes) + 6)
    place = LARGEUR - MOTS - 80
    for rang, (mots, valeur) in enumerate(lignes):
        y = RANG * rang + 4
        dessin.mots(MOTS - 10, y + BARRE * 0.74, _abreger(mots), "end")
        longueur = place * valeur / maxi if isinstance(valeur, int) else 40 if valeur == NC else 0
        dessin.boite("plein" if isinstance(valeur, int) else "nc", MOTS, y, longueur, BARRE)
        dessin.mots(MOTS + longueur + 8, y + BARRE * 0.74, dire(valeur, unite))
    return dessin


def colonnes(
    cle: str,
    titre: str,
    description: str,
    lignes: Sequence[tuple[str, Sequence[Valeur]]],
    series: Sequence[tuple[str, str]],
) -> Graphique | None:
    """Return stacked columns: each line has one figure a series; ``series`` pairs a pattern with its words."""
    sommes = [sum(v for v in valeurs if isinstance(v, int)) for _mots, valeurs in lignes]
    maxi = max(sommes, default=0)
    if not maxi:
        return None
    pas = LARGEUR / len(lignes)
    dessin = Graphique(cle, titre, description, hauteur=HAUT + COLONNES + BAS)
    dessin.legende = list(series) if len(series) > 1 else []
    for rang, (mots, valeurs) in enumerate(lignes):
        large = min(pas * 0.62, 74)
        x, y = pas * rang + (pas - large) / 2, float(HAUT + COLONNES)
        for (motif, _legende), valeur in zip(series, valeurs, strict=True):
            hauteur = (COLONNES - 34) * valeur / maxi if isinstance(valeur, int) else 16 if valeur == NC else 0
            y -= hauteur
            if hauteur:
                dessin.boite(motif if isinstance(valeur, int) else "nc", x, y, large, hauteur)
        dessin.mots(x + large / 2, y - 7, _somme(valeurs), "middle")
        for i, ligne in enumerate(COUPURE.split(mots, maxsplit=1)):
            dessin.mots(x + large / 2, HAUT + COLONNES + 18 + 20 * i, ligne, "middle")
    dessin.boite("sol", 0, HAUT + COLONNES, LARGEUR, 1)
    return dessin


def _somme(valeurs: Sequence[Valeur]) -> str:
    """Return the words above a column: its sum, "n.c." as soon as a part of it is hidden."""
    if NC in valeurs:
        return NC
    comptes = [v for v in valeurs if isinstance(v, int)]
    return str(sum(comptes)) if comptes else "—"


def histogramme(cle: str, titre: str, description: str, lignes: Sequence[tuple[str, Valeur]]) -> Graphique | None:
    """Return columns side by side, one a slice."""
    return colonnes(cle, titre, description, [(mots, [valeur]) for mots, valeur in lignes], [("plein", "")])

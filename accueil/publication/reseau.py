"""What someone who knows every published figure can still not tell: exact, without a solver.

A table of counts by time (half-day ⊂ day ⊂ week ⊂ month) and by line (poles, themes…), with the totals of both, is a
circulation in a network: each figure is the flow of one arc, each sum is the conservation at one node. Published
figures are fixed arcs; hidden ones are free between a floor and a ceiling. Flows of whole numbers can be moved one by
one, so the values that a hidden figure can take, all published figures being kept, are exactly the whole numbers
between what it can lose and what it can gain along residual paths (max-flow; the true figures are the first flow).
"""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from itertools import count

Noeud = Hashable
SANS_FIN = 10**9


@dataclass(eq=False)
class Arc:
    """One figure of a table. ``besoin``: how many values it must keep possible once hidden (0: any number)."""

    cle: tuple[str, str]  # (line, time)
    de: Noeud
    vers: Noeud
    valeur: int
    bas: int = 1
    haut: int = SANS_FIN
    besoin: int = 0
    cache: bool = False
    fige: bool = False  # published before, or known from elsewhere: it can no longer be hidden
    flux: int = field(default=0, repr=False)

    def libre(self, avant: bool) -> int:
        """Return by how much the figure can still grow (or shrink)."""
        return self.haut - self.valeur - self.flux if avant else self.valeur + self.flux - self.bas


class Reseau:
    """The arcs of a table and of the tables beneath it, and the two questions put to them."""

    def __init__(self, arcs: list[Arc]) -> None:
        self.arcs = arcs
        self.voisins: dict[Noeud, list[tuple[Arc, bool, Noeud]]] = defaultdict(list)
        for arc in arcs:
            self.voisins[arc.de].append((arc, True, arc.vers))
            self.voisins[arc.vers].append((arc, False, arc.de))

    def possibles(self, arc: Arc) -> int:
        """Return how many values a hidden figure can take, counted up to its ``besoin``."""
        if not arc.cache:
            return 1
        plus = self._pousser(arc, True, arc.besoin - 1)
        moins = self._pousser(arc, False, arc.besoin - 1 - plus)
        return 1 + plus + moins

    def _pousser(self, arc: Arc, avant: bool, voulu: int) -> int:
        """Return by how much (up to ``voulu``) an arc can grow, or shrink, while every sum is kept."""
        source, puits = (arc.vers, arc.de) if avant else (arc.de, arc.vers)
        reste = gagne = min(voulu, arc.libre(avant))
        touches: list[Arc] = []
        while reste > 0:
            chemin = self._chemin(source, puits, arc)
            if chemin is None:
                break
            pas = min(reste, *(a.libre(sens) for a, sens in chemin))
            for a, sens in chemin:
                a.flux += pas if sens else -pas
                touches.append(a)
            reste -= pas
        for a in touches:
            a.flux = 0
        return max(gagne - reste, 0)

    def _chemin(self, source: Noeud, puits: Noeud, sauf: Arc) -> list[tuple[Arc, bool]] | None:
        venu: dict[Noeud, tuple[Arc, bool, Noeud] | None] = {source: None}
        a_voir = deque([source])
        while a_voir:
            noeud = a_voir.popleft()
            for arc, sens, autre in self.voisins[noeud]:
                if autre not in venu and arc.cache and arc is not sauf and arc.libre(sens) > 0:
                    venu[autre] = (arc, sens, noeud)
                    if autre == puits:
                        return _remonter(venu, puits)
                    a_voir.append(autre)
        return None

    def a_cacher(self, arc: Arc, largeur: int) -> list[Arc] | None:
        """Return the cheapest figures to hide beside a hidden one so that it can grow by ``largeur``; None: no way."""
        rang = count()
        cout: dict[Noeud, int] = {arc.vers: 0}
        venu: dict[Noeud, tuple[Arc, bool, Noeud] | None] = {arc.vers: None}
        tas: list[tuple[int, int, Noeud]] = [(0, next(rang), arc.vers)]
        while tas:
            deja, _rang, noeud = heapq.heappop(tas)
            if noeud == arc.de:
                return [a for a, _sens in _remonter(venu, noeud) if not a.cache]
            if deja > cout[noeud]:
                continue
            for a, sens, autre, prix in self._passages(noeud, largeur):
                if a is not arc and deja + prix < cout.get(autre, SANS_FIN):
                    cout[autre], venu[autre] = deja + prix, (a, sens, noeud)
                    heapq.heappush(tas, (deja + prix, next(rang), autre))
        return None

    def _passages(self, noeud: Noeud, largeur: int) -> Iterator[tuple[Arc, bool, Noeud, int]]:
        """Yield the arcs that can carry ``largeur`` out of a node: hidden ones for nothing, others at a price."""
        for arc, sens, autre in self.voisins[noeud]:
            if arc.libre(sens) >= largeur and (arc.cache or not arc.fige):
                yield arc, sens, autre, 0 if arc.cache else arc.valeur + 1


def _remonter(venu: dict[Noeud, tuple[Arc, bool, Noeud] | None], noeud: Noeud) -> list[tuple[Arc, bool]]:
    chemin = []
    while (pas := venu[noeud]) is not None:
        chemin.append((pas[0], pas[1]))
        noeud = pas[2]
    return chemin

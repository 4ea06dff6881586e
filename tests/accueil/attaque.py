"""Someone who has every published table and looks for small counts: sums, bounds, and what measures owe each other.

Knows nothing of the algorithm that hides; solves by bounds and cases over the half-days, in whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from accueil.publication.compose import COMPTES, TOUS
from accueil.publication.masque import NC, TOTAL

PLAFOND = 40  # nobody believes in more people in one half-day of these small places
PATIENCE = 120  # cases tried for one question; what is still undecided then is counted as possible
Case = tuple[str, str, str]  # (measure, pole, half-day)
Somme = tuple[dict[Case, int], int, int]  # Σ coefficient × case, between two numbers
Domaine = dict[Case, tuple[int, int]]


@dataclass
class Attaquant:
    """Reads stored tables (``{"period:subject": contents}``) and answers what a figure can be."""

    demis: Mapping[str, tuple[str, ...]]  # column of a table → the half-days it holds
    poles: tuple[str, ...]
    verite: Mapping[Case, int]  # not known to the attacker: only spares the search useless detours
    essais: int = 0
    lues: dict[tuple[Case, ...], tuple[int, int]] = field(default_factory=dict)

    def cases(self, mesure: str, ligne: str, colonne: str) -> list[Case]:
        poles = self.poles if ligne in (TOTAL, TOUS) else (ligne,)
        return [(mesure, pole, demi) for pole in poles for demi in self.demis.get(colonne, ())]

    def lire(self, tables: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        for mesure, contenu in tables:
            for ligne, valeurs in zip(contenu["lignes"], contenu["cases"], strict=True):
                for colonne, valeur in zip(contenu["colonnes"], valeurs, strict=True):
                    self._apprendre(mesure, ligne, colonne, valeur)

    def _apprendre(self, mesure: str, ligne: str, colonne: str, valeur: int | str | None) -> None:
        cases = tuple(self.cases(mesure, ligne, colonne))
        bas, haut = self.lues.get(cases, (0, PLAFOND * len(cases)))
        if valeur == NC and ligne != TOTAL and mesure in ("tickets", "entretiens"):
            jumelles = tuple(c for m in ("tickets", "entretiens") for c in self.cases(m, ligne, colonne))
            self.lues[jumelles] = 1, PLAFOND * len(jumelles)  # hidden because one of the two is not zero
        elif valeur != NC:
            self.lues[cases] = max(bas, int(valeur or 0)), min(haut, int(valeur or 0))

    def domaine(self) -> Domaine:
        demis = {demi for liste in self.demis.values() for demi in liste}
        return {(mesure, pole, demi): (0, PLAFOND) for mesure in COMPTES for pole in self.poles for demi in demis}

    def entre_mesures(self) -> list[Somme]:
        """No one is absent who had an interview, no one leaves without a ticket, whoever did not leave was received."""
        fin = PLAFOND * 10
        liens: list[Somme] = []
        for _mesure, pole, demi in [case for case in self.domaine() if case[0] == "tickets"]:
            t, e, s, a = ((mesure, pole, demi) for mesure in COMPTES)
            liens += [({t: 1, s: -1}, 0, fin), ({s: 1, a: -1}, 0, fin), ({e: 1, s: 1, t: -1}, 0, fin)]
        return liens

    def possibles(self, mesure: str, ligne: str, colonne: str, vrai: int, assez: int) -> int:
        """How many values a figure can take, counted around the true one until there are enough."""
        somme = dict.fromkeys(self.cases(mesure, ligne, colonne), 1)
        depart = propager(self.domaine(), self.toutes)
        assert depart is not None
        nombre = 1
        for sens in (1, -1):
            valeur = vrai + sens
            while nombre < assez and valeur >= 0 and self.faisable(depart, [(somme, valeur, valeur), *self.toutes]):
                nombre, valeur = nombre + 1, valeur + sens
        return nombre

    @cached_property
    def toutes(self) -> list[Somme]:
        lues = [(dict.fromkeys(cases, 1), bas, haut) for cases, (bas, haut) in self.lues.items() if cases]
        return [*lues, *self.entre_mesures()]

    def faisable(self, domaine: Domaine, sommes: list[Somme]) -> bool:
        self.essais = 0
        return self._chercher(domaine, sommes)

    def _chercher(self, domaine: Domaine, sommes: list[Somme]) -> bool:
        self.essais += 1
        if self.essais > PATIENCE:
            return True
        serre = propager(domaine, sommes)
        if serre is None:
            return False
        larges = [case for case, (bas, haut) in serre.items() if haut > bas]
        if not larges:
            return True
        x = min(larges, key=lambda case: (serre[case][1] - serre[case][0], case))
        bas, haut = serre[x]
        vrai = min(max(self.verite[x], bas), haut)
        essais = [(vrai, vrai), (bas, vrai - 1), (vrai + 1, haut)]
        return any(self._chercher(serre | {x: essai}, sommes) for essai in essais if essai[0] <= essai[1])


def propager(domaine: Domaine, sommes: list[Somme]) -> Domaine | None:
    """Tighten bounds until nothing moves; None when nothing is possible."""
    domaine = dict(domaine)
    bouge = True
    while bouge:
        bouge = False
        for somme, bas, haut in sommes:
            bornes = {x: sorted((c * domaine[x][0], c * domaine[x][1])) for x, c in somme.items()}
            mini, maxi = sum(b[0] for b in bornes.values()), sum(b[1] for b in bornes.values())
            if mini > haut or maxi < bas:
                return None
            for x, c in somme.items():
                du, au = bas - (maxi - bornes[x][1]), haut - (mini - bornes[x][0])
                neuf = max(domaine[x][0], du if c > 0 else -au), min(domaine[x][1], au if c > 0 else -du)
                if neuf[0] > neuf[1]:
                    return None
                if neuf != domaine[x]:
                    domaine[x], bouge = neuf, True
    return domaine

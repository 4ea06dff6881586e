"""A simulated Cité: the place that the forecast of waits is tried on. It shares no code with the forecast.

Poles, desks of one to three poles, shifts with their lunch, log-normal interviews whose mean depends on the pole and
the theme, arrivals with two humps a day, people who turn back at the door, who leave while waiting (some without
saying so), who do not come when called, who have priority, who are sent on to another pole; advisors who take a pause.
Minutes of the day everywhere. What the place keeps of a day is what the counters keep, no more.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from random import Random
from typing import Any

OUVERTURE, DERNIER_TICKET, FERMETURE = 600.0, 1050.0, 1080.0  # 10 h, 17 h 30, 18 h
DEPASSEMENTS_MAX = 3


@dataclass(frozen=True)
class Reglage:
    """How a place behaves. Shares are between 0 and 1, times in minutes."""

    nom: str
    tickets: int  # a day, at the door
    poles: int
    guichets: int
    cv: float = 0.6  # of interviews on one theme
    charge: float = 0.88  # share of the desks' time that the tickets would take
    patience: float = 75.0  # median wait that people bear
    muets: float = 0.3  # of those who leave, share that says nothing
    absents: float = 0.03
    priorites: float = 0.03
    passages: float = 0.05  # of interviews, share sent on to another pole
    pauses: float = 0.04  # of interviews, share followed by a pause of the advisor
    themes_connus: float = 0.5  # share of visitors whose theme is known at arrival
    equipes: str = "mixte"  # full days with lunch, half-days, or both


@dataclass
class Visiteur:
    rang: int
    pole: int
    theme: int
    arrivee: float
    priorite: bool
    theme_connu: bool
    patience: float
    depasse: int = 0
    muet_parti: bool = False
    passe: bool = False  # already sent on once


@dataclass
class Bureau:
    poles: tuple[int, ...]
    services: list[tuple[float, float]]  # of today
    visiteur: Visiteur | None = None
    depuis: float = 0.0
    commence: bool = False
    pause_jusque: float = 0.0

    def fin_de_service(self, t: float) -> float | None:
        """End of the shift that runs at ``t``, or None."""
        return next((fin for debut, fin in self.services if debut <= t < fin), None)


@dataclass
class Releve:
    """What counters keep, added up over days."""

    durees: dict[int, Counter[int]] = field(default_factory=dict)
    durees_theme: dict[tuple[int, int], Counter[int]] = field(default_factory=dict)
    recus: int = 0
    partis: int = 0
    absents: int = 0
    attente: float = 0.0
    devant: Counter[int] = field(default_factory=Counter)  # by pole: priorities and people sent on
    jours: int = 0

    def ranger(self, v: Visiteur, duree: float) -> None:
        tranche = min(int(duree) // 5 * 5, 240)
        self.durees.setdefault(v.pole, Counter())[tranche] += 1
        self.durees_theme.setdefault((v.pole, v.theme), Counter())[tranche] += 1


class Lieu:
    """A place of given habits; ``jour(n)`` plays one day, always the same for the same seed."""

    def __init__(self, reglage: Reglage, graine: int) -> None:
        self.reglage, self.graine = reglage, graine
        hasard = Random(f"{graine} lieu")
        self.parts = [hasard.uniform(0.5, 1.5) for _ in range(reglage.poles)]
        self.guichets = [self._guichet(n, hasard) for n in range(reglage.guichets)]
        self.themes = [[hasard.uniform(0.6, 1.6) for _ in range(hasard.randint(2, 4))] for _ in self.parts]
        relatives = [hasard.uniform(0.6, 1.5) for _ in self.parts]
        minutes = sum(fin - debut for _, services in self.guichets for debut, fin in services)
        juste = sum(
            part / sum(self.parts) * relative * sum(themes) / len(themes)
            for part, relative, themes in zip(self.parts, relatives, self.themes, strict=True)
        )
        moyenne = reglage.charge * minutes / reglage.tickets / juste  # interviews as long as the desks allow
        self.moyennes = [moyenne * relative for relative in relatives]

    def _guichet(self, n: int, hasard: Random) -> tuple[tuple[int, ...], list[tuple[float, float]]]:
        """A desk's poles and its usual shifts. The first desks cover all the poles and stay all day."""
        nombre = self.reglage.poles
        combien = min(nombre, hasard.choice([1, 1, 2, 2, 3]))
        manque = math.ceil(nombre / self.reglage.guichets)
        poles = {(n * manque + k) % nombre for k in range(manque)}
        while len(poles) < max(combien, manque):
            poles.add(hasard.randrange(nombre))
        midi = 720.0 + 30 * hasard.randrange(4)
        entier = [(OUVERTURE, midi), (midi + 60, FERMETURE)]
        genres = {"entier": [entier], "demi": [[(OUVERTURE, 780.0)], [(780.0, FERMETURE)]]}
        choix = genres.get(self.reglage.equipes) or [entier, entier, *genres["demi"]]
        return tuple(sorted(poles)), entier if n * manque < nombre else hasard.choice(choix)

    def jour(self, n: int) -> Jour:
        return Jour(self, Random(f"{self.graine} jour {n}"))


class Jour:
    """One day, played event by event. ``observer(visiteur)`` sees each newcomer before they join the queue."""

    def __init__(self, lieu: Lieu, hasard: Random) -> None:
        self.lieu, self.reglage, self.hasard = lieu, lieu.reglage, hasard
        self.attente: list[Visiteur] = []  # in order of arrival
        self.bureaux = [Bureau(poles, list(services)) for poles, services in lieu.guichets]
        if hasard.random() < 0.3 and len(self.bureaux) > lieu.reglage.poles:
            self.bureaux.pop()  # somebody is not there today, and the roster knows
        self.evenements: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self.n, self.t = 0, 0.0
        self.appels: dict[int, float] = {}  # rank of a visitor → wait until first called, if still there
        self.observer: Callable[[Visiteur], None] = lambda _v: None

    def jouer(self, releve: Releve | None = None) -> None:
        self.releve = releve or Releve()
        self.releve.jours += 1
        affluence = math.exp(self.hasard.gauss(0, 0.12))
        for rang, arrivee in enumerate(sorted(self._arrivees(affluence))):
            self._prevoir(arrivee, self._arriver, rang)
        for bureau in self.bureaux:
            for debut, _fin in bureau.services:
                self._prevoir(debut, self._liberer, bureau)
        while self.evenements:
            self.t, _, action, arguments = heappop(self.evenements)
            action(*arguments)

    def _prevoir(self, t: float, action: Callable[..., None], *arguments: object) -> None:
        self.n += 1
        heappush(self.evenements, (t, self.n, action, arguments))

    def _arrivees(self, affluence: float) -> Iterator[float]:
        for _ in range(round(self.reglage.tickets * affluence)):
            while True:
                bosse = self.hasard.choices([(650, 45), (885, 60), (825, 160)], [0.4, 0.4, 0.2])[0]
                t = self.hasard.gauss(*bosse)
                if OUVERTURE <= t < DERNIER_TICKET:
                    yield t
                    break

    def _arriver(self, rang: int) -> None:
        h, r = self.hasard, self.reglage
        pole = h.choices(range(r.poles), self.lieu.parts)[0]
        avant = sum(v.pole == pole for v in self.attente)
        if h.random() < min(0.4, avant / 60):
            return  # turns back at the door
        theme = h.randrange(len(self.lieu.themes[pole]))
        patience = h.lognormvariate(math.log(r.patience), 0.7)
        v = Visiteur(rang, pole, theme, self.t, h.random() < r.priorites, h.random() < r.themes_connus, patience)
        self.observer(v)
        self.attente.append(v)
        self.releve.devant[pole] += v.priorite
        self._prevoir(self.t + patience, self._partir, v)
        self._reveiller()

    def _partir(self, v: Visiteur) -> None:
        if v not in self.attente or v.passe or self.t >= FERMETURE:
            return
        if self.hasard.random() < self.reglage.muets:
            v.muet_parti = True
        else:
            self.attente.remove(v)
            self.releve.partis += 1

    def _reveiller(self) -> None:
        for bureau in self.bureaux:
            if bureau.visiteur is None and bureau.pause_jusque <= self.t:
                self._liberer(bureau)

    def _liberer(self, bureau: Bureau) -> None:
        """A desk that may call does so: priority first unless someone was overtaken enough, else arrival."""
        if bureau.visiteur or bureau.pause_jusque > self.t or bureau.fin_de_service(self.t) is None:
            return
        siens = [v for v in self.attente if v.pole in bureau.poles]
        if not siens:
            return
        v = next((v for v in siens if v.priorite), siens[0])
        if v.priorite:
            devant = [autre for autre in siens if autre.rang < v.rang and not autre.priorite]
            if any(autre.depasse >= DEPASSEMENTS_MAX for autre in devant):
                v = siens[0]
            else:
                for autre in devant:
                    autre.depasse += 1
        self._appeler(bureau, v)

    def _appeler(self, bureau: Bureau, v: Visiteur) -> None:
        self.attente.remove(v)
        bureau.visiteur, bureau.depuis, bureau.commence = v, self.t, False
        if v.muet_parti or self.hasard.random() < self.reglage.absents:
            self.releve.absents += 1
            if not v.muet_parti:
                self.appels.setdefault(v.rang, self.t - v.arrivee)
            self._prevoir(self.t + self.hasard.uniform(1.5, 3), self._finir, bureau)
            return
        if not v.passe:
            self.appels.setdefault(v.rang, self.t - v.arrivee)
            self.releve.attente += self.t - v.arrivee
            self.releve.recus += 1
        self._prevoir(self.t + self.hasard.uniform(0.2, 1.2), self._commencer, bureau)

    def _commencer(self, bureau: Bureau) -> None:
        v = bureau.visiteur
        assert v
        bureau.depuis, bureau.commence = self.t, True
        sigma = math.sqrt(math.log(1 + self.reglage.cv**2))
        moyenne = self.lieu.moyennes[v.pole] * self.lieu.themes[v.pole][v.theme]
        duree = self.hasard.lognormvariate(math.log(moyenne) - sigma**2 / 2, sigma)
        self.releve.ranger(v, duree)
        self._prevoir(self.t + duree, self._finir, bureau)

    def _finir(self, bureau: Bureau) -> None:
        v, h = bureau.visiteur, self.hasard
        assert v
        recu, bureau.visiteur = bureau.commence, None
        if recu and not v.passe and h.random() < self.reglage.passages and self.reglage.poles > 1:
            self._passer(v)
        if recu and h.random() < self.reglage.pauses:
            bureau.pause_jusque = self.t + h.lognormvariate(math.log(10), 0.5)
            self._prevoir(bureau.pause_jusque, self._liberer, bureau)
        self._reveiller()

    def _passer(self, v: Visiteur) -> None:
        """Send a visitor on to another pole: the number, older than those of people waiting, keeps its rank."""
        pole = self.hasard.choice([p for p in range(self.reglage.poles) if p != v.pole])
        suite = replace(v, pole=pole, theme=self.hasard.randrange(len(self.lieu.themes[pole])), passe=True)
        self.attente.append(suite)
        self.attente.sort(key=lambda autre: autre.rang)
        self.releve.devant[pole] += 1

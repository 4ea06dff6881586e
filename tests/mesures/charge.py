"""What the clients of a measure do, each in a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.concurrence.charge import QUESTIONS
from tests.concurrence.clients import Borne, Bureau

ECHAUFFEMENT = 2.0


@dataclass
class Resultat:
    """What was done: how long each took, and during how many seconds they were done."""

    durees: list[float] = field(default_factory=list)
    secondes: float = 0.0
    processeur: float = float("nan")  # ms of processor that the server used for each

    @property
    def debit(self) -> float:
        return len(self.durees) / self.secondes if self.secondes else 0.0

    def _centile(self, part: float) -> float:
        rangees = sorted(self.durees)
        return 1000 * rangees[min(int(len(rangees) * part), len(rangees) - 1)] if rangees else float("nan")

    @property
    def p50(self) -> float:
        return self._centile(0.5)

    @property
    def p99(self) -> float:
        return self._centile(0.99)


@dataclass
class Epreuve:
    """A measure under way: where, from when to when, all clients together."""

    url: str
    debut: float
    secondes: float
    barriere: threading.Barrier
    resultat: Resultat = field(default_factory=Resultat)

    @property
    def fin(self) -> float:
        return self.debut + self.secondes


def mesurer(client: Callable[[Epreuve, Any], None], url: str, secondes: float, parts: list[Any]) -> Resultat:
    """Run one client for each part; return what they did together."""
    epreuve = Epreuve(url, time.time() + ECHAUFFEMENT, secondes, threading.Barrier(len(parts)))
    erreurs: list[BaseException] = []

    def partir(part: Any) -> None:
        try:
            client(epreuve, part)
        except threading.BrokenBarrierError:
            pass  # another client said why
        except BaseException as erreur:
            erreurs.append(erreur)
            epreuve.barriere.abort()

    fils = [threading.Thread(target=partir, args=(part,)) for part in parts]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    if erreurs:
        raise erreurs[0]
    return epreuve.resultat


# ------------------------------------------------------------------------------------------------ clients
def tickets(epreuve: Epreuve, cookie: Any) -> None:
    """Take numbers until the end; those begun before the beginning warm the server and do not count."""
    borne, n = Borne(epreuve.url, cookie), threading.get_ident()
    while (commence := time.time()) < epreuve.fin:
        n += 1
        pris = borne.prendre(QUESTIONS[n % len(QUESTIONS)])
        if commence >= epreuve.debut and time.time() <= epreuve.fin:
            epreuve.resultat.durees.append(sum(pris.durees))
    epreuve.resultat.secondes = epreuve.secondes
    borne.fermer()


def appels(epreuve: Epreuve, mains: Any) -> None:
    """Call at each of one's desks, all clients at once; free them out of the clock; again until the end."""
    bureaux = _asseoir(epreuve.url, mains)
    total, tour = epreuve.resultat, 0
    while True:
        deja = len(total.durees)
        epreuve.barriere.wait()
        chrono = time.perf_counter()
        durees = [bureau.durees[-1] for bureau in bureaux if bureau.appeler()]
        premier = epreuve.barriere.wait() == 0
        ecoule = time.perf_counter() - chrono
        if tour:  # the first round warms the server
            total.durees += durees
            total.secondes += ecoule if premier else 0.0
        for bureau in bureaux:
            if bureau.numero:
                bureau.geste("absent")
        tour += 1
        epreuve.barriere.wait()
        if total.secondes >= epreuve.secondes or (tour > 1 and len(total.durees) == deja):
            break
    _quitter(bureaux)


def cycles(epreuve: Epreuve, mains: Any) -> None:
    """Call, begin, end, at one desk, until the end: all is on the clock, calls alone are counted."""
    (bureau,) = _asseoir(epreuve.url, mains[:1])
    while (commence := time.time()) < epreuve.fin and bureau.appeler():
        if commence >= epreuve.debut:
            epreuve.resultat.durees.append(bureau.durees[-1])
        bureau.geste("commencer")
        bureau.geste("terminer")
    epreuve.resultat.secondes = max(epreuve.resultat.secondes, min(time.time(), epreuve.fin) - epreuve.debut)
    _quitter([bureau])


def _asseoir(url: str, mains: list[dict[str, Any]]) -> list[Bureau]:
    bureaux = [Bureau(url, main["cookies"], main["pk"]) for main in mains]
    for bureau in bureaux:
        bureau.entrer()
    return bureaux


def _quitter(bureaux: list[Bureau]) -> None:
    for bureau in bureaux:
        bureau.fermer()

"""The queue played forward: the rule of `accueil.regles.appels`, drawn durations, many times.

A desk that becomes free takes, among those who wait at its poles, someone with priority as long as nobody is
overtaken more than ``depassements_max`` times, else the first arrived. After its shift it calls nobody.

A newcomer is a shadow: called when a desk of their pole finds nobody else, without keeping that desk from anyone.
So all the poles have theirs in the same runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace
from itertools import islice, takewhile
from random import Random

from accueil.prevision.distribution import Prevision, Previsions
from accueil.prevision.durees import Durees
from accueil.prevision.hall import Hall, Parametres, Pole
from accueil.prevision.tirages import JAMAIS, Imprevus, tirer_debuts, tirer_visiteurs

TIRAGES_MIN, TIRAGES_MAX = 60, 300
EVENEMENTS = 7000  # calls to play in one forecast, whatever the hall: what fits in the 20 ms of the issue


@dataclass(slots=True)
class _Plan:
    """What all the runs of one forecast share. Visitors, desks and poles are their ranks."""

    poles: list[Pole]
    servis: list[tuple[int, ...]]  # by desk
    fins: list[float]  # by desk
    files: list[list[int]]  # by pole: visitors without priority, then the number of visitors
    presses: list[list[int]]  # by pole: visitors with priority, then the number of visitors
    prioritaires: bool  # there are some
    depassements: list[int]
    depassements_max: int
    appels: list[list[float]]  # by visitor: when they are called, in the runs where they are
    nouveaux: list[list[float]]  # by pole


@dataclass(slots=True)
class _Tour:
    """What one run changes."""

    tetes: list[int]  # by pole: rank in its file of the first who still waits
    tetes_presses: list[int]
    depassements: list[int]
    imprevus: list[list[tuple[float, float]]]  # by pole: as `Imprevus.tirer` returns them
    venus: list[bool]  # by pole: a newcomer was called


def prevoir(
    hall: Hall,
    durees: Durees,
    *,
    poles: Iterable[Pole] = (),
    parametres: Parametres | None = None,
    graine: int = 0,
    tirages: int | None = None,
) -> Previsions:
    """Return the forecasts of all who wait (not those in pause), and of a newcomer without priority at each pole.

    ``poles``: those of newcomers, beside the poles that somebody serves or waits at. ``tirages``: number of runs; by
    default what the time allows, from 60 to 300. Waits are in minutes from now to the call. The same ``graine``
    gives the same answer. Nothing is raised: where no desk serves a pole, `Prevision.chance` is 0.
    """
    parametres = parametres or Parametres()
    presents = [v for v in hall.attente if not v.en_pause]
    plan = _preparer(hall, poles)
    tirages = tirages or min(TIRAGES_MAX, max(TIRAGES_MIN, EVENEMENTS // (len(presents) + len(hall.postes) + 1)))
    _jouer(plan, hall, durees, parametres, graine, tirages)
    larges = parametres.elargissement
    visiteurs = {
        v.cle: Prevision(tuple(sorted(instants)), len(instants) / tirages, larges)
        for v, instants in zip(presents, plan.appels, strict=True)
    }
    nouveaux = {
        pole: Prevision(tuple(sorted(instants)), len(instants) / tirages, larges)
        for pole, instants in zip(plan.poles, plan.nouveaux, strict=True)
    }
    return Previsions(visiteurs, nouveaux)


def _preparer(hall: Hall, poles: Iterable[Pole]) -> _Plan:
    presents = [v for v in hall.attente if not v.en_pause]
    noms = list(dict.fromkeys([*poles, *(v.pole for v in presents), *(p for q in hall.postes for p in q.poles)]))
    rangs = {pole: rang for rang, pole in enumerate(noms)}
    files: list[list[int]] = [[] for _ in noms]
    presses: list[list[int]] = [[] for _ in noms]
    for rang, visiteur in enumerate(presents):
        (presses if visiteur.priorite else files)[rangs[visiteur.pole]].append(rang)
    for file in (*files, *presses):
        file.append(len(presents))
    return _Plan(
        poles=noms,
        servis=[tuple(sorted(rangs[pole] for pole in poste.poles)) for poste in hall.postes],
        fins=[JAMAIS if poste.fin is None else poste.fin for poste in hall.postes],
        files=files,
        presses=presses,
        prioritaires=any(visiteur.priorite for visiteur in presents),
        depassements=[v.depassements for v in presents],
        depassements_max=hall.depassements_max,
        appels=[[] for _ in presents],
        nouveaux=[[] for _ in noms],
    )


def _jouer(plan: _Plan, hall: Hall, durees: Durees, parametres: Parametres, graine: int, tirages: int) -> None:
    """Draw everything, then play all the runs."""
    occupations, patiences = tirer_visiteurs(hall, durees, parametres, graine, tirages)
    debuts = [
        tirer_debuts(poste, hall, durees, parametres, Random(f"{graine} guichet {rang}"), tirages)  # noqa: S311
        for rang, poste in enumerate(hall.postes)
    ]
    imprevus = Imprevus(plan.poles, plan.depassements_max, durees, parametres, graine)
    for n in range(tirages):
        zeros = [0] * len(plan.poles)
        tour = _Tour(zeros, zeros[:], plan.depassements[:], imprevus.tirer(), [False] * len(plan.poles))
        _derouler(plan, tour, [o[n] for o in occupations], [p[n] for p in patiences], [d[n] for d in debuts])


def _derouler(
    plan: _Plan, tour: _Tour, occupations: Sequence[float], patiences: Sequence[float], debuts: Sequence[float]
) -> None:
    """Play one run to its end, and note when each is called."""
    personne, files, tetes, appels = len(plan.appels), plan.files, tour.tetes, plan.appels
    agenda = [(debut, poste) for poste, debut in enumerate(debuts)]
    heapify(agenda)
    prochain = _prochain(tour)
    while agenda:
        instant, poste = agenda[0]
        if instant >= plan.fins[poste]:
            heappop(agenda)
            continue
        servis = plan.servis[poste]
        if instant >= prochain and (duree := _imprevu(tour, servis, instant)) is not None:
            heapreplace(agenda, (instant + duree, poste))
            prochain = _prochain(tour)
            continue
        choisi = _presse(plan, tour, servis) if plan.prioritaires else personne
        if choisi == personne:
            for pole in servis:
                rang = files[pole][tetes[pole]]
                if rang < choisi:
                    choisi, ou = rang, pole
            if choisi == personne:
                heappop(agenda)
                _accueillir_nouveaux(plan, tour, servis, instant)
                continue
            tetes[ou] += 1
        appels[choisi].append(instant)
        if patiences[choisi] >= instant:
            heapreplace(agenda, (instant + occupations[choisi], poste))


def _accueillir_nouveaux(plan: _Plan, tour: _Tour, servis: tuple[int, ...], instant: float) -> None:
    """Note the call of newcomers: nobody else waits at the poles of a desk that is free."""
    for pole in servis:
        if not tour.venus[pole]:
            tour.venus[pole] = True
            plan.nouveaux[pole].append(instant)


def _prochain(tour: _Tour) -> float:
    """Return when the next unforeseen person comes, at whatever pole."""
    return min((venues[-1][0] for venues in tour.imprevus), default=JAMAIS)


def _imprevu(tour: _Tour, servis: tuple[int, ...], instant: float) -> float | None:
    """Return how long someone unforeseen keeps the desk that takes them now, or None when none has come."""
    pole = min(servis, key=lambda pole: tour.imprevus[pole][-1])
    return tour.imprevus[pole].pop()[1] if tour.imprevus[pole][-1][0] <= instant else None


def _presse(plan: _Plan, tour: _Tour, servis: tuple[int, ...]) -> int:
    """Return the first with priority, or the number of visitors: there is none, or someone was overtaken enough."""
    personne = len(plan.appels)
    choisi, ou = min((plan.presses[pole][tour.tetes_presses[pole]], pole) for pole in servis)
    if choisi == personne:
        return personne
    if any(tour.depassements[rang] >= plan.depassements_max for rang in _devant(plan, tour, servis, choisi)):
        return personne
    for rang in _devant(plan, tour, servis, choisi):
        tour.depassements[rang] += 1
    tour.tetes_presses[ou] += 1
    return choisi


def _devant(plan: _Plan, tour: _Tour, servis: tuple[int, ...], choisi: int) -> Iterator[int]:
    """Yield those without priority who wait at these poles and arrived before."""
    for pole in servis:
        yield from takewhile(lambda rang: rang < choisi, islice(plan.files[pole], tour.tetes[pole], None))

"""The waiting time of the hall now: rows and counters in, ranges to tell out. Computed once a change, not once a page.

`accueil.prevision` plays the queue forward; this module tells it who is here, what the roster says of the rest of the
day, and what the counters have measured. Each night the forecasts are scored (`accueil.score`); where they did worse
than the naive rule over four weeks, the naive range is told instead (issue "The hall knows how long").
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accueil import mesures
from accueil.etats import AU_GUICHET, Etat
from accueil.models import Entretien, GuichetOuvert, Ticket
from accueil.permanences import postes
from accueil.prevision import (
    EnAttente,
    Fourchette,
    Hall,
    Motif,
    Occupation,
    Prevision,
    fourchette,
    fourchette_naive,
    naive_du_hall,
    prevoir,
)
from cite import memoire, signal
from cite.models import Pole, Reglages

ECART_S = 1.0  # least time between two computations: a burst of calls is one change
PART = 40  # …and as many times what the last one took: a crowd of a thousand costs a fortieth of a core, no more
VALABLE_S = 20.0  # a range grows old while nothing changes
RETENU_S = 60.0  # how long what was told may be written on a ticket


@dataclass(frozen=True)
class AttentePrevue:
    """What is told of a wait: a range of minutes from now, or why none is told."""

    bas: int = 0
    haut: int = 0
    motif: Motif | None = None

    @property
    def phrase(self) -> str:
        """Return the range in the reader's language, never a bare number: "entre 10 et 20 min"."""
        match self.motif:
            case Motif.AUCUN_GUICHET:
                return _("aucun guichet ne sert ce pôle en ce moment")
            case Motif.JOURNEE_PLEINE:
                return _("l’attente peut être très longue : demandez conseil à l’accueil")
        if self.bas == 0:
            return _("moins de %(haut)s min") % {"haut": self.haut}
        if self.haut < 120:
            return _("entre %(bas)s et %(haut)s min") % {"bas": self.bas, "haut": self.haut}
        return _("entre %(bas)s et %(haut)s") % {"bas": _heures(self.bas), "haut": _heures(self.haut)}

    @property
    def courte(self) -> str:
        """Return the range as a screen that is read from afar shows it: "10–20 min"; empty when none is told."""
        if self.motif is not None:
            return ""
        if self.bas == 0:
            return _("< %(haut)s min") % {"haut": self.haut}
        if self.haut < 120:
            return _("%(bas)s–%(haut)s min") % {"bas": self.bas, "haut": self.haut}
        return f"{_heures(self.bas)} – {_heures(self.haut)}"


def _heures(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d}" if minutes % 60 else f"{minutes // 60} h"


@dataclass(frozen=True)
class Arrivee:
    """The forecast of someone who would come now, in whole minutes, as it is kept with their ticket to be scored."""

    bas: int
    milieu: int
    haut: int
    naif: int


@dataclass(frozen=True)
class Attentes:
    """All the ranges of one instant: by ticket, and for a newcomer by pole."""

    instant: datetime
    visiteurs: Mapping[int, AttentePrevue] = field(default_factory=dict)
    nouveaux: Mapping[int, AttentePrevue] = field(default_factory=dict)
    arrivees: Mapping[int, Arrivee] = field(default_factory=dict)


def calculer(maintenant: datetime) -> Attentes:
    """Return the ranges of the hall as it is in the database. Five questions, and the counters now and then."""
    hall, poles, appris = lire_hall(maintenant), [pole.pk for pole in Pole.actifs()], mesures.lire()
    # The place's luck is one for a minute: two pages of the same hall tell the same range.
    graine = int(maintenant.timestamp()) // 60
    previsions: Any = prevoir(hall, appris.durees, poles=poles, parametres=appris.parametres, graine=graine)
    rangs = _rangs(hall)
    naifs: dict[Any, float | None] = {pole: naive_du_hall(hall, appris.durees, pole) for pole in poles}
    return Attentes(
        instant=maintenant,
        visiteurs={
            v.cle: _dire(previsions.visiteurs[v.cle], naive_du_hall(hall, appris.durees, v.pole, rangs[v.cle]), v.pole)
            for v in hall.attente
            if not v.en_pause
        },
        nouveaux={pole: _dire(previsions.nouveaux[pole], naifs[pole], pole) for pole in poles},
        arrivees={
            pole: Arrivee(*_minutes(prevision), naif=round(naif))
            for pole, prevision in previsions.nouveaux.items()
            if isinstance(fourchette(prevision), Fourchette) and (naif := naifs.get(pole)) is not None
        },
    )


def _minutes(prevision: Prevision) -> tuple[int, int, int]:
    return round(prevision.quantile(0.1)), round(prevision.p50), round(prevision.quantile(0.9))


def _dire(prevision: Prevision, naif: float | None, pole: object) -> AttentePrevue:
    dit = fourchette_naive(naif) if pole in mesures.lire().naifs else fourchette(prevision)
    return AttentePrevue(motif=dit) if isinstance(dit, Motif) else AttentePrevue(dit.bas, dit.haut)


def _rangs(hall: Hall) -> dict[int, int]:
    """Return the rank of each at their pole, 1 for the next to be called, for the naive rule."""
    rangs, compte = {}, dict.fromkeys([v.pole for v in hall.attente], 0)
    for visiteur in sorted((v for v in hall.attente if not v.en_pause), key=lambda v: not v.priorite):
        compte[visiteur.pole] += 1
        rangs[visiteur.cle] = compte[visiteur.pole]
    return rangs


# ------------------------------------------------------------------------------------------------ the state
_COLONNES = ("pk", "pole_id", "etat", "priorite", "depassements", "depuis", "guichet_id", "pause_jusqua")


def lire_hall(maintenant: datetime) -> Hall:
    """Return the hall as the forecast takes it: who waits in order of arrival, desks open now and to come."""
    etats = (Etat.EN_ATTENTE, Etat.EN_PAUSE, *AU_GUICHET)
    attente, occupations = [], {}
    themes = _themes_deja_vus()
    for pk, pole, etat, priorite, depassements, depuis, guichet, jusqua in (
        Ticket.objects.filter(etat__in=etats).order_by("pk").values_list(*_COLONNES)
    ):
        if etat in AU_GUICHET:
            depuis_min = max(0.0, (maintenant - depuis).total_seconds() / 60)
            occupations[guichet] = Occupation(pole, depuis_min, commence=etat == Etat.EN_ENTRETIEN)
        else:
            en_pause = etat == Etat.EN_PAUSE and (jusqua is None or jusqua > maintenant)
            attente.append(EnAttente(pk, pole, priorite, depassements, en_pause=en_pause, theme=themes.get(pk)))
    ouverts = GuichetOuvert.objects.prefetch_related("poles")
    return Hall(
        attente=tuple(attente),
        postes=tuple(postes(list(ouverts), occupations, maintenant)),
        depassements_max=Reglages.lire().depassements_max,
    )


def _themes_deja_vus() -> dict[int, int]:
    """Return a theme of the last interview of those who wait again: what they come back for, at another pole."""
    liens = Entretien.themes.through.objects.filter(entretien__ticket__etat__in=(Etat.EN_ATTENTE, Etat.EN_PAUSE))
    return dict(liens.order_by("pk").values_list("entretien__ticket_id", "theme_id"))


# ------------------------------------------------------------------------------------------------ once a change
class _Suivies(memoire.Memoire[Attentes]):
    """The ranges, kept as long as the signal says that nothing changed, for `VALABLE_S` at most."""

    def __init__(self) -> None:
        super().__init__(lambda: calculer(timezone.now()))
        self._vue: int | None = None
        self._verrou = threading.Lock()
        self.calculs = 0
        self._cout = 0.0

    def __call__(self) -> Attentes:
        garde = self._garde
        if garde is not None and self._vaut(time.monotonic() - garde[0]):
            return garde[1]
        if not self._verrou.acquire(blocking=garde is None):
            return garde[1]  # type: ignore[index]  # another thread is at it: what was told a moment ago will do
        try:
            self._vue, debut = signal.generation(), time.monotonic()
            lues = self._lire()
            self._garde = (time.monotonic(), lues)
            self._cout = self._garde[0] - debut
            self.calculs += 1
            return self._garde[1]
        finally:
            self._verrou.release()

    def _vaut(self, age: float) -> bool:
        generation = signal.generation()
        if generation is None:  # nobody watches the database in this process
            return age <= memoire.DUREE_S
        return age <= max(ECART_S, PART * self._cout) or (generation == self._vue and age <= VALABLE_S)

    def retenue(self) -> Attentes | None:
        """Return the ranges last told, without computing any; None when they are too old to be anybody's."""
        garde = self._garde
        return garde[1] if garde is not None and time.monotonic() - garde[0] <= RETENU_S else None


suivies = _Suivies()


def lire() -> Attentes:
    """Return the ranges to tell now: the same object as long as nothing changes."""
    return suivies()


def champs_du_ticket(pole: Pole) -> dict[str, int]:
    """Return the columns of a new ticket that keep what was told a moment ago, to be scored at night; or nothing.

    Nothing is computed: giving a number must not wait for a forecast.
    """
    attentes = suivies.retenue()
    arrivee = attentes.arrivees.get(pole.pk) if attentes else None
    if arrivee is None:
        return {}
    return {
        "prevu_bas": arrivee.bas,
        "prevu_milieu": arrivee.milieu,
        "prevu_haut": arrivee.haut,
        "prevu_naif": arrivee.naif,
    }

"""Today, as the hall is now: who waits, how many desks against the roster, the longest waits and why.

The hall of this minute is what its staff see, and is not a publication. The counters of the day so far pass the same
function as everything published, under the inside threshold.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accueil import comptage
from accueil.etats import Etat
from accueil.lectures import PoleDuHall, dans_le_hall, poles_du_hall
from accueil.models import Journee, Ticket
from accueil.periodes import jour_seul
from accueil.publication.compose import DEMI_JOURNEES, ENTRETIENS, TICKETS, annoncer
from accueil.publication.figer import relever
from accueil.regles.journee import jour_courant
from accueil.views.pilotage_feuilles import dire
from accueil.views.pilotage_page import bornes
from cite.models import Permanence, Pole, Reglages

LONGUE = 15  # minutes: a wait worth an explanation
ARRONDI = 5


@dataclass(frozen=True)
class PoleEnDirect:
    """One pole now. ``prevus`` desks by the roster (None: the roster says nothing of today), ``attente`` in minutes."""

    hall: PoleDuHall
    prevus: int | None
    entretiens: int
    attente: int | None

    @property
    def pole(self) -> Pole:
        return self.hall.pole

    @property
    def ouverts(self) -> int:
        return len(self.hall.guichets)

    @property
    def pourquoi(self) -> str:
        """Return why people wait here, in one sentence; empty where there is nothing to explain."""
        n, ouverts = self.hall.attendent, self.ouverts
        if not n:
            return ""
        if not ouverts:
            return _("Aucun guichet ouvert ne sert ce pôle.")
        if self.prevus is not None and ouverts < self.prevus:
            return _("%(ouverts)d ouvert sur %(prevus)d prévus, pour %(n)d en attente.") % {
                "ouverts": ouverts, "prevus": self.prevus, "n": n,
            }  # fmt: skip
        if self.hall.ouverture.ouvert or n >= 3 * ouverts:
            phrase = ngettext(
                "%(ouverts)d guichet pour %(n)d en attente.", "%(ouverts)d guichets pour %(n)d en attente.", ouverts
            )
            return phrase % {"ouverts": ouverts, "n": n}
        return _("Le pôle ne donne plus de numéros ; ceux qui attendent sont reçus.")


class Direct:
    """The hall now, gathered in a fixed number of questions."""

    def __init__(self, maintenant: datetime | None = None) -> None:
        self.maintenant = maintenant or timezone.now()
        self.jour = jour_courant(self.maintenant)
        self.tickets = dans_le_hall(self.maintenant)
        self.etats = Counter(ticket.etat for ticket in self.tickets)

    @property
    def chiffres(self) -> list[tuple[int, str]]:
        """The figures of this minute, with their words."""
        attendent, entretiens = self.etats[Etat.EN_ATTENTE], self.etats[Etat.EN_ENTRETIEN]
        ailleurs = self.etats[Etat.EN_PAUSE]
        return [
            (attendent, ngettext("personne attend", "personnes attendent", attendent)),
            (entretiens, ngettext("entretien en cours", "entretiens en cours", entretiens)),
            (self.guichets, ngettext("guichet ouvert", "guichets ouverts", self.guichets)),
            (ailleurs, ngettext("personne en pause", "personnes en pause", ailleurs)),
        ]

    @cached_property
    def guichets(self) -> int:
        return len({nom for pole in self.poles for nom in pole.hall.guichets})

    @cached_property
    def prevus(self) -> dict[int, int] | None:
        """Desks that the roster has now by pole; None where it has no line for today."""
        dates = (self.jour - timedelta(days=1), self.jour)
        lignes = list(Permanence.objects.filter(date__range=dates))
        if not any(p.date == self.jour for p in lignes):
            return None
        ici = timezone.localtime(self.maintenant).replace(tzinfo=None)
        tenus: Counter[int] = Counter()
        for p in lignes:
            debut, fin = bornes(p)
            tenus[p.pole_id] += p.guichets if debut <= ici < fin else 0
        return tenus

    @cached_property
    def poles(self) -> list[PoleEnDirect]:
        par_pole: dict[int, list[Ticket]] = {}
        for ticket in self.tickets:
            par_pole.setdefault(ticket.pole_id, []).append(ticket)
        return [self._pole(hall, par_pole.get(hall.pole.pk, [])) for hall in poles_du_hall(self.maintenant)]

    def _pole(self, hall: PoleDuHall, tickets: list[Ticket]) -> PoleEnDirect:
        attentes = [self.maintenant - t.arrivee for t in tickets if t.etat == Etat.EN_ATTENTE]
        minutes = int(max(attentes).total_seconds() // 60) // ARRONDI * ARRONDI if attentes else None
        return PoleEnDirect(
            hall=hall,
            prevus=self.prevus.get(hall.pole.pk, 0) if self.prevus is not None else None,
            entretiens=sum(t.etat == Etat.EN_ENTRETIEN for t in tickets),
            attente=minutes,
        )

    @cached_property
    def longues(self) -> list[PoleEnDirect]:
        """The poles where somebody has waited long, the longest first."""
        longues = [pole for pole in self.poles if pole.attente is not None and pole.attente >= LONGUE]
        return sorted(longues, key=lambda pole: -(pole.attente or 0))

    @cached_property
    def cumul(self) -> list[tuple[str, str]]:
        """The totals of the day so far, as they will be told tomorrow; nothing while nobody came."""
        dits = annoncer(jour_seul(self.jour), self._base(), self.seuil)
        if not dits[TICKETS]:
            return []
        return [(dire(dits[TICKETS]), _("tickets pris")), (dire(dits[ENTRETIENS]), _("entretiens commencés"))]

    @property
    def seuil(self) -> int:
        return Reglages.lire().seuil_interne

    def _base(self) -> dict[str, Any]:
        """Return the counters of today: what a first closing stored, and the rows since."""
        base: dict[str, Any] = dict(relever(self.jour))
        comptes: dict[str, Counter[str]] = {mesure: Counter(n) for mesure, n in base["comptes"].items()}
        journee = Journee.objects.filter(date=self.jour).first()
        for (matin, pole, mesure), nombre in (comptage.relever(journee).mesures if journee else {}).items():
            compteur = comptes.setdefault(str(mesure), Counter())
            compteur[f"{pole}|{DEMI_JOURNEES[not matin]}"] += nombre
        return {"comptes": comptes, "dimensions": {}, "histogrammes": {}, "scores": []}

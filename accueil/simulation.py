"""A simulated day that plays by the real rules: visitors who arrive, desks that call, a reception that helps.

Used by ``animer`` for the demonstration. Durations are drawn in minutes of the place and divided by ``vitesse``.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from accueil.etats import Etat
from accueil.lectures import absents, tickets_du_jour
from accueil.models import FileAttente, Guichet, GuichetOuvert, MessageAnnonce, Ticket
from accueil.regles import appels, entretiens, guichets, portes, tickets
from accueil.regles.gestes import nouvelle_cle
from cite.models import Pole, Question, Theme
from cite.refus import Refus

# desk → poles served; the last desks of the place stay free for whoever tries the demonstration
POSTES = {
    "1": ["orientation", "formation"],
    "2": ["emploi"],
    "3": ["changer", "orientation"],
    "4": ["formation", "emploi", "accueil"],
}
FERME = "activite"  # one closed pole, to show how it is said
LANGUES = ["fr"] * 8 + ["en", "ar", "es", "uk"]
ENTRETIEN = 18.0  # median minutes; log-normal, as measured interviews are
PLEIN = 14  # people waiting above which fewer come in: a demonstration must not drift


class Simulation:
    """One hall. ``avancer()`` plays one step; call it about once a second."""

    def __init__(self, vitesse: float = 12, graine: int | None = None) -> None:
        self.vitesse = vitesse
        self.hasard = random.Random(graine)  # noqa: S311  (a show, not a secret)
        self.postes: list[GuichetOuvert] = []
        self.echeances: dict[tuple[int, str], datetime] = {}  # (ticket or desk, what) → when it is due

    def ouvrir(self) -> None:
        """Open doors and desks, and let in those who were already waiting."""
        poles = {pole.code: pole for pole in Pole.objects.filter(actif=True)}
        for code, pole in poles.items():
            porte = FileAttente.Porte.FERMEE if code == FERME else FileAttente.Porte.OUVERTE
            portes.regler_porte(pole=pole, porte=porte)
        for nom, codes in POSTES.items():
            guichet = Guichet.objects.filter(nom=nom).first()
            servis = [poles[code] for code in codes if code in poles]
            if guichet and servis:
                self.postes.append(guichets.ouvrir_guichet(guichet=guichet, poles=servis, reprendre=True)[0])
        if not tickets_du_jour(timezone.now()).exists():
            for minutes in sorted((self.hasard.uniform(1, 40) for _ in range(11)), reverse=True):
                self._arriver(timezone.now() - timedelta(minutes=minutes))

    def avancer(self) -> None:
        """Play what is due: an arrival, calls, interviews that begin or end, an absent visitor who comes back."""
        attendent = tickets_du_jour(timezone.now()).filter(etat=Etat.EN_ATTENTE).count()
        rythme = 0.035 if attendent < PLEIN else 0.006
        if self.hasard.random() < rythme * self.vitesse / 12 * 2:
            self._arriver()
        for poste in self.postes:
            self._essayer(partial(self._tenir, poste))
        self._essayer(self._ramener)
        if self.hasard.random() < 0.004:
            self._annoncer()

    def _essayer(self, geste: Callable[[], object]) -> None:
        """Someone who tries the demonstration may act on the same visitor: losing to them is no error."""
        try:
            geste()
        except Refus:
            return

    def _arriver(self, quand: datetime | None = None) -> None:
        questions = list(Question.objects.filter(actif=True, pole__actif=True).exclude(pole__code=FERME))
        if not questions:
            return
        question = self.hasard.choice(questions)
        ticket = tickets.prendre_ticket(
            pole=question.pole,
            question=question,
            cle=nouvelle_cle(),
            langue=self.hasard.choice(LANGUES),
            par_accueil=True,
            maintenant=quand,
        )
        if self.hasard.random() < 0.06:
            tickets.prioriser(ticket_id=ticket.pk, cle=nouvelle_cle(), priorite=True)
        elif self.hasard.random() < 0.06:
            tickets.mettre_en_pause(ticket_id=ticket.pk, cle=nouvelle_cle())
            self.echeances[ticket.pk, "pause"] = self._dans(12)

    def _tenir(self, poste: GuichetOuvert) -> None:
        ticket = appels.visiteur_du_guichet(poste)
        if ticket is None:
            if self._echu(poste.guichet_id, "appel", 1.5):
                appels.appeler_suivant(poste=poste, cle=nouvelle_cle())
        elif ticket.etat == Etat.APPELE and self._echu(ticket.pk, "venue", 1.2):
            geste = entretiens.commencer if self.hasard.random() < 0.9 else appels.signaler_absent
            geste(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())
        elif ticket.etat == Etat.EN_ENTRETIEN and self._echu(
            ticket.pk, f"fin-{ticket.pole_id}", ENTRETIEN * self.hasard.lognormvariate(0, 0.5)
        ):
            self._conclure(poste, ticket)

    def _conclure(self, poste: GuichetOuvert, ticket: Ticket) -> None:
        themes = list(Theme.objects.filter(actif=True, poles=ticket.pole_id))
        choisis = self.hasard.sample(themes, min(len(themes), self.hasard.randint(1, 3)))
        autres = list(Pole.objects.filter(actif=True).exclude(pk=ticket.pole_id).exclude(code=FERME))
        if autres and self.hasard.random() < 0.15:
            vers = self.hasard.choice(autres)
            entretiens.passer(poste=poste, ticket_id=ticket.pk, pole=vers, cle=nouvelle_cle(), themes=choisis)
        else:
            entretiens.terminer(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle(), themes=choisis)

    def _ramener(self) -> None:
        for ticket in absents(timezone.now()):
            if self._echu(ticket.pk, "retour", 9):
                geste = tickets.ramener if self.hasard.random() < 0.7 else tickets.retirer
                geste(ticket_id=ticket.pk, cle=nouvelle_cle())
        for ticket in tickets_du_jour(timezone.now()).filter(etat=Etat.EN_PAUSE):
            if self._echu(ticket.pk, "pause", 12):
                tickets.reprendre(ticket_id=ticket.pk, cle=nouvelle_cle())

    def _annoncer(self) -> None:
        messages = list(MessageAnnonce.objects.filter(actif=True)[1:3])
        if messages:
            portes.annoncer(message=self.hasard.choice(messages))

    def _dans(self, minutes: float) -> datetime:
        return timezone.now() + timedelta(minutes=minutes / self.vitesse)

    def _echu(self, qui: int, quoi: str, minutes: float) -> bool:
        """Return whether something first seen some (simulated) minutes ago is due, and forget it then."""
        if timezone.now() < self.echeances.setdefault((qui, quoi), self._dans(minutes)):
            return False
        del self.echeances[qui, quoi]
        return True

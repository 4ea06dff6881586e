"""Tickets outside a desk: taking a number, pausing, moving, priority, leaving."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accueil.attente import champs_du_ticket
from accueil.compteurs import suivant
from accueil.etats import Action, Etat
from accueil.models import FileAttente, Journee, Ticket, Transition
from accueil.regles import presence
from accueil.regles.gestes import franchir, ticket_du_jour, une_seule_fois
from accueil.regles.journee import journee_courante, rouvrir
from accueil.regles.portes import ouverture_du_pole, verifier_actif
from cite import jetons
from cite.models import Pole, Question
from cite.refus import Invalide, Refus


class PoleFerme(Refus):
    """The pole gives no number now. ``pole`` is the closed pole, for the page that offers Accueil instead."""

    def __init__(self, pole: Pole, phrase: str) -> None:
        self.pole = pole
        super().__init__(
            _("%(pole)s : %(phrase)s.") % {"pole": pole.traduit("nom"), "phrase": phrase},
            que_faire=_("Quelqu’un vous écoute à l’accueil."),
        )


def jeton_du_ticket(cle: str) -> str:
    """Return the token of the ticket that a tap made: the same for a retry, although only its hash is stored."""
    return jetons.derive("ticket", cle)


def jeton_retrouve(ticket: Ticket) -> str:
    """Return the token of a ticket again, from the key of the tap that made it: for its paper, printed once more."""
    prises = Transition.objects.order_by().filter(ticket=ticket, action=Action.PRENDRE)
    return jeton_du_ticket(prises.values_list("cle", flat=True)[0])


@une_seule_fois
def prendre_ticket(
    *,
    pole: Pole,
    cle: str,
    question: Question | None = None,
    langue: str = "fr",
    par_accueil: bool = False,
    maintenant: datetime | None = None,
) -> Ticket:
    """Give the next number of a pole, and return its ticket.

    The number comes from the counter row of (day, pole) under its lock: contiguous and unique. The reception
    (``par_accueil``) may give a number of a closed pole; a kiosk gets `PoleFerme`.
    """
    maintenant = maintenant or timezone.now()
    if not par_accueil:
        _verifier_ouvert(pole, maintenant)
    return _donner(pole, cle, question, langue, maintenant)


@une_seule_fois
def prendre_au_telephone(
    *,
    minute: datetime,
    pole: Pole,
    cle: str,
    question: Question | None = None,
    langue: str = "fr",
    maintenant: datetime | None = None,
) -> Ticket:
    """Give a number to the telephone of someone in the hall, who read the code that the screens showed at ``minute``.

    That minute's count and the number are one transaction: a retry counts once. Raises `PoleFerme`, or
    `presence.CodeEpuise` when too many numbers were taken with that code.
    """
    maintenant = maintenant or timezone.now()
    _verifier_ouvert(pole, maintenant)
    presence.compter(minute)
    return _donner(pole, cle, question, langue, maintenant)


def _verifier_ouvert(pole: Pole, maintenant: datetime) -> None:
    if not (ouverture := ouverture_du_pole(pole, maintenant)).ouvert:
        raise PoleFerme(pole, ouverture.phrase(maintenant))


def _donner(pole: Pole, cle: str, question: Question | None, langue: str, maintenant: datetime) -> Ticket:
    journee = journee_courante(maintenant)
    rouvrir(journee)
    ticket = Ticket.objects.create(
        journee=journee,
        pole_numero=pole,
        numero=_numero_suivant(journee, pole),
        pole=pole,
        question=question,
        langue=langue,
        arrivee=maintenant,
        depuis=maintenant,
        jeton_empreinte=jetons.empreinte(jeton_du_ticket(cle)),
        **champs_du_ticket(pole),
    )
    Transition.objects.create(
        ticket=ticket, action=Action.PRENDRE, vers=Etat.EN_ATTENTE, pole=pole, instant=maintenant, cle=cle
    )
    return ticket


def _numero_suivant(journee: Journee, pole: Pole) -> int:
    numero = suivant(FileAttente, "dernier_numero", journee=journee, pole=pole)
    if numero is None:  # the first ticket of the day at this pole
        FileAttente.objects.get_or_create(journee=journee, pole=pole)
        return _numero_suivant(journee, pole)
    return numero


def _simple(ticket_id: int, action: Action, cle: str, maintenant: datetime | None, **champs: Any) -> Ticket:
    return franchir(ticket_du_jour(ticket_id), action, cle=cle, maintenant=maintenant or timezone.now(), **champs)


@une_seule_fois
def mettre_en_pause(
    *, ticket_id: int, cle: str, jusqua: datetime | None = None, maintenant: datetime | None = None
) -> Ticket:
    """Pause a waiting visitor: the turn is kept, nobody calls it until ``jusqua`` (if set). Returns the ticket."""
    return _simple(ticket_id, Action.METTRE_EN_PAUSE, cle, maintenant, pause_jusqua=jusqua)


@une_seule_fois
def reprendre(*, ticket_id: int, cle: str, maintenant: datetime | None = None) -> Ticket:
    """Bring a paused visitor back to the turn they had. Returns the ticket."""
    return _simple(ticket_id, Action.REPRENDRE, cle, maintenant)


@une_seule_fois
def ramener(*, ticket_id: int, cle: str, maintenant: datetime | None = None) -> Ticket:
    """Bring an absent visitor back to the turn they had. Returns the ticket."""
    return _simple(ticket_id, Action.RAMENER, cle, maintenant)


@une_seule_fois
def retirer(*, ticket_id: int, cle: str, maintenant: datetime | None = None) -> Ticket:
    """Take a visitor who left out of the queue. Returns the ticket."""
    return _simple(ticket_id, Action.RETIRER, cle, maintenant)


@une_seule_fois
def prioriser(*, ticket_id: int, cle: str, priorite: bool, maintenant: datetime | None = None) -> Ticket:
    """Give or take back priority, a boolean with no reason attached (principle 4). Returns the ticket."""
    action = Action.PRIORISER if priorite else Action.DEPRIORISER
    return _simple(ticket_id, action, cle, maintenant, priorite=priorite)


@une_seule_fois
def deplacer(*, ticket_id: int, pole: Pole, cle: str, maintenant: datetime | None = None) -> Ticket:
    """Move a visitor who has not been called yet to another pole; number and arrival are kept. Returns the ticket."""
    ticket = ticket_du_jour(ticket_id)
    verifier_actif(pole)
    if ticket.pole_id == pole.pk:
        raise Invalide(_("Le %(numero)s attend déjà à ce pôle.") % {"numero": ticket.libelle})
    ticket = franchir(ticket, Action.DEPLACER, cle=cle, maintenant=maintenant or timezone.now(), pole_id=pole.pk)
    ticket.pole = pole
    return ticket

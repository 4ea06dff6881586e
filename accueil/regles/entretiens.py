"""Interviews: beginning, ending with themes from the closed list, passing on to another pole. No maximum length."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accueil.etats import Action, Etat
from accueil.models import Entretien, GuichetOuvert, Ticket
from accueil.regles.appels import ticket_du_guichet
from accueil.regles.gestes import franchir, une_seule_fois
from accueil.regles.portes import verifier_actif
from cite.models import Pole, Theme
from cite.refus import Invalide


@une_seule_fois
def commencer(*, poste: GuichetOuvert, ticket_id: int, cle: str, maintenant: datetime | None = None) -> Ticket:
    """Begin the interview of the called visitor. Returns the ticket."""
    maintenant = maintenant or timezone.now()
    ticket = ticket_du_guichet(poste, ticket_id)
    ticket = franchir(ticket, Action.COMMENCER, cle=cle, maintenant=maintenant, guichet=poste.guichet)
    Entretien.objects.create(ticket=ticket, guichet=poste.guichet, pole_id=ticket.pole_id, debut=maintenant)
    return ticket


@une_seule_fois
def terminer(
    *,
    poste: GuichetOuvert,
    ticket_id: int,
    cle: str,
    themes: Iterable[Theme] = (),
    maintenant: datetime | None = None,
) -> Ticket:
    """End the interview and note its themes. Returns the ticket."""
    maintenant = maintenant or timezone.now()
    ticket = ticket_du_guichet(poste, ticket_id)
    ticket = franchir(ticket, Action.TERMINER, cle=cle, maintenant=maintenant, guichet=poste.guichet, guichet_id=None)
    _finir(ticket, themes, maintenant)
    return ticket


@une_seule_fois
def passer(
    *,
    poste: GuichetOuvert,
    ticket_id: int,
    pole: Pole,
    cle: str,
    themes: Iterable[Theme] = (),
    maintenant: datetime | None = None,
) -> Ticket:
    """Pass the visitor on to another pole: number and arrival are kept (principle 3). Returns the ticket."""
    maintenant = maintenant or timezone.now()
    ticket = ticket_du_guichet(poste, ticket_id)
    verifier_actif(pole)
    if ticket.pole_id == pole.pk:
        raise Invalide(_("Le %(numero)s est déjà à ce pôle.") % {"numero": ticket.libelle})
    en_entretien = ticket.etat == Etat.EN_ENTRETIEN
    ticket = franchir(
        ticket,
        Action.PASSER,
        cle=cle,
        maintenant=maintenant,
        guichet=poste.guichet,
        guichet_id=None,
        pole_id=pole.pk,
    )
    if en_entretien:
        _finir(ticket, themes, maintenant)
    ticket.pole = pole
    return ticket


def _finir(ticket: Ticket, themes: Iterable[Theme], maintenant: datetime) -> None:
    entretien = Entretien.objects.get(ticket=ticket, fin=None)
    entretien.fin = maintenant
    entretien.save(update_fields=["fin"])
    entretien.themes.set(themes)

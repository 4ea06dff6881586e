"""A gesture: one tap, one key, one move of one ticket. Everything that changes a ticket passes here."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accueil.compteurs import suivant
from accueil.etats import TRANSITIONS, Action, Etat
from accueil.models import Appel, Guichet, Journee, Ticket, Transition
from accueil.regles.journee import entrer, jour_courant
from cite import jetons, signal
from cite.refus import Introuvable, Invalide, Refus

P = ParamSpec("P")
_CLE = re.compile(r"(\d{8})-[A-Za-z0-9_-]{16,31}")
CHAMPS_RETENUS = ("etat", "pole_id", "guichet_id", "priorite", "depuis", "pause_jusqua")  # what undoing gives back
DU_VISITEUR = "-visiteur-"  # in the key of what visitors do themselves: the reception does not undo it


class PageDHier(Refus):
    """The form was made on another day."""


class DejaChange(Refus):
    """Someone else moved this ticket first."""


def nouvelle_cle() -> str:
    """Return the key of one future tap: the day, and 128 random bits. It goes in the form, then in the journal."""
    return f"{jour_courant():%Y%m%d}-{jetons.nouveau()}"


def cle_du_visiteur(graine: str = "") -> str:
    """Return the key of a visitor's own gesture: random, or from ``graine``, the same for the same one."""
    alea = jetons.derive("visiteur", graine)[:22] if graine else jetons.nouveau()
    return f"{jour_courant():%Y%m%d}{DU_VISITEUR}{alea}"


def verifier_cle(cle: str, jour: date) -> None:
    """Raise `Invalide` for a key that no form of ours made, `PageDHier` for the key of another day."""
    trouve = _CLE.fullmatch(cle)
    if trouve is None:
        raise Invalide(_("Ce geste est incomplet."), que_faire=_("Rechargez la page et recommencez."))
    if trouve[1] != f"{jour:%Y%m%d}":
        raise PageDHier(
            _("Cette page date d’un autre jour : rien n’a été fait."),
            que_faire=_("Rechargez la page et recommencez."),
        )


def une_seule_fois(regle: Callable[P, Ticket]) -> Callable[P, Ticket]:
    """Make a rule idempotent by its ``cle``: a double tap or a retry returns the ticket of the first tap.

    The rule runs in one transaction. The rule itself, or the unique key of the journal, refuses the second tap whole
    (number included), be it late or at the same instant; it is then answered with the first one's ticket.
    """

    @wraps(regle)
    def gardee(*args: P.args, **kwargs: P.kwargs) -> Ticket:
        cle = str(kwargs["cle"])
        verifier_cle(cle, jour_courant())
        try:
            with transaction.atomic():
                entrer()
                ticket = regle(*args, **kwargs)
                signal.emettre()
            return ticket
        except (IntegrityError, Refus) as erreur:
            # The first tap of the same key may be what this one was refused for.
            if (deja := _deja_fait(cle)) is not None:
                return deja
            if isinstance(erreur, Refus):
                raise
            raise DejaChange(
                _("Quelqu’un d’autre a agi au même instant."),
                garde=_("Rien n’a été changé."),
                que_faire=_("Regardez la liste à jour."),
            ) from erreur

    return gardee


def _deja_fait(cle: str) -> Ticket | None:
    ticket_id = Transition.objects.order_by().filter(cle=cle).values_list("ticket_id", flat=True).first()
    return None if ticket_id is None else ticket_du_jour(ticket_id)


def ticket_du_jour(pk: int) -> Ticket:
    """Return a ticket of the day by its key. Raises `Introuvable` once the day is closed."""
    ticket = Ticket.objects.filter(pk=pk).first()
    if ticket is None:
        raise Introuvable(_("Ce numéro n’existe plus."), que_faire=_("Il était peut-être d’une journée déjà close."))
    return ticket


def franchir(
    ticket: Ticket, action: Action, *, cle: str, maintenant: datetime, guichet: Guichet | None = None, **champs: Any
) -> Ticket:
    """Move a ticket by compare-and-set on its state and desk, and write the journal row of the winner.

    ``guichet`` is the desk that acts (the journal keeps it). Returns the ticket as it now is. Raises
    `DejaChange` when the move does not leave from the ticket's state, or when someone else moved it first.
    """
    departs, arrivee = TRANSITIONS[action]
    if ticket.etat not in departs:
        raise _trop_tard(ticket)
    avant = {champ: getattr(ticket, champ) for champ in CHAMPS_RETENUS}
    if arrivee is not None and arrivee != ticket.etat:
        champs |= {"etat": arrivee, "depuis": maintenant}
    if ticket.etat == Etat.EN_PAUSE and arrivee is not None:
        champs["pause_jusqua"] = None
    if champs:
        gagne = Ticket.objects.filter(pk=ticket.pk, etat=ticket.etat, guichet=ticket.guichet_id, pole=ticket.pole_id)
        if not gagne.update(**champs):
            raise _trop_tard(Ticket.objects.filter(pk=ticket.pk).first())
    for champ, valeur in champs.items():
        setattr(ticket, champ, valeur)
    ticket.geste = Transition.objects.create(
        ticket=ticket,
        action=action,
        de=avant["etat"],
        vers=ticket.etat,
        pole_id=ticket.pole_id,
        guichet=guichet,
        instant=maintenant,
        cle=cle,
        avant={champ: v.isoformat() if isinstance(v, datetime) else v for champ, v in avant.items()},
    )
    return ticket


def crier(ticket: Ticket, guichet: Guichet, *, maintenant: datetime, rappel: bool = False) -> Appel:
    """Append a call to the day's log. The last statement of a transaction: it takes the lock that orders calls."""
    rang = suivant(Journee, "dernier_rang", id=ticket.journee_id) or 0
    return Appel.objects.create(
        journee_id=ticket.journee_id, rang=rang, ticket=ticket, guichet=guichet, instant=maintenant, rappel=rappel
    )


def _trop_tard(ticket: Ticket | None) -> Refus:
    if ticket is None:
        return Introuvable(_("Ce numéro n’existe plus."))
    etat = Etat(ticket.etat).label
    return DejaChange(
        _("Quelqu’un d’autre a déjà agi : le %(numero)s est maintenant « %(etat)s ».")
        % {"numero": ticket.libelle, "etat": etat},
        garde=_("Rien n’a été changé."),
        que_faire=_("Regardez la liste à jour."),
    )

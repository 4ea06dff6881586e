"""Calling: one server command picks the next visitor and marks them; the loser of a race gets the next one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accueil.etats import AU_GUICHET, Action, Etat
from accueil.models import Appel, FileAttente, GuichetOuvert, Ticket
from accueil.regles.gestes import DejaChange, cle_du_visiteur, crier, franchir, ticket_du_jour, une_seule_fois
from accueil.regles.guichets import pauses_finies, tenir
from cite.models import Reglages
from cite.refus import Interdit, Refus


class PersonneNAttend(Refus):
    """Nobody waits at the poles that the desk serves."""


class DepassementRefuse(Refus):
    """Calling this number would overtake someone once too often."""


def visiteur_du_guichet(poste: GuichetOuvert) -> Ticket | None:
    """Return the visitor called or received at a desk now."""
    return Ticket.objects.filter(guichet_id=poste.guichet_id, etat__in=AU_GUICHET).first()


@une_seule_fois
def appeler_suivant(*, poste: GuichetOuvert, cle: str, maintenant: datetime | None = None) -> Ticket:
    """Call the next visitor of the poles that a desk serves, and return the ticket.

    Order: arrival; someone with priority passes before, as long as nobody is overtaken more than
    `Reglages.depassements_max` times. Candidates are tried until one is won or nobody waits. Whoever's pause is
    over is back first, at the place they had. Raises `PersonneNAttend`; a desk that already has a visitor gets a
    `Refus`.
    """
    maintenant = maintenant or timezone.now()
    if _verifier_disponible(poste, maintenant):
        _finir_les_pauses(maintenant)
    while True:
        ticket = _candidat(poste)
        if ticket is None:
            raise PersonneNAttend(_("Personne n’attend à vos pôles."), que_faire=_("La page vous préviendra."))
        try:
            return _appeler(ticket, poste, cle, maintenant)
        except DejaChange:
            continue  # lost this one to another desk: the next


@une_seule_fois
def appeler_numero(*, poste: GuichetOuvert, ticket_id: int, cle: str, maintenant: datetime | None = None) -> Ticket:
    """Call one given number, waiting, paused or absent, and return its ticket.

    Raises `DepassementRefuse` when someone of the desk's poles would be overtaken once too often.
    """
    maintenant = maintenant or timezone.now()
    if _verifier_disponible(poste, maintenant):
        _finir_les_pauses(maintenant)
    ticket = ticket_du_jour(ticket_id)
    retenu = _depasser(ticket, _poles(poste) | {ticket.pole_id})
    if retenu is not None:
        raise DepassementRefuse(
            _("Le %(numero)s a déjà été dépassé %(fois)d fois.")
            % {"numero": retenu.libelle, "fois": retenu.depassements},
            garde=_("Personne n’a été appelé."),
            que_faire=_("Appelez d’abord le %(numero)s.") % {"numero": retenu.libelle},
        )
    return _appeler(ticket, poste, cle, maintenant)


def _appeler(ticket: Ticket, poste: GuichetOuvert, cle: str, maintenant: datetime) -> Ticket:
    guichet = poste.guichet
    ticket = franchir(
        ticket, Action.APPELER, cle=cle, maintenant=maintenant, guichet=guichet, guichet_id=poste.guichet_id
    )
    crier(ticket, guichet, maintenant=maintenant)
    return ticket


def _verifier_disponible(poste: GuichetOuvert, maintenant: datetime) -> bool:
    """Hold the desk's row, so that closing or pausing it waits for this call; return whether someone's pause is over.

    Raises `Refus` when the desk may not call.
    """
    tenu = tenir(poste, maintenant)
    if tenu.poste.en_pause:
        raise Interdit(_("Ce guichet est en pause."), que_faire=_("Mettez fin à la pause pour appeler."))
    if tenu.occupe and (ticket := visiteur_du_guichet(poste)) is not None:
        raise Refus(
            _("Vous recevez déjà le %(numero)s.") % {"numero": ticket.libelle},
            garde=_("Personne d’autre n’a été appelé."),
            que_faire=_("Terminez avec cette personne avant d’appeler la suivante."),
        )
    return tenu.pauses_finies


def _finir_les_pauses(maintenant: datetime) -> None:
    """Put everyone whose pause is over back in line, as of its end. Two desks that call at once do it once."""
    finies = pauses_finies(maintenant).order_by("pk")
    if connection.features.has_select_for_update:
        finies = finies.select_for_update(of=("self",))
    for ticket in finies:
        assert ticket.pause_jusqua is not None
        franchir(ticket, Action.REPRENDRE, cle=cle_du_visiteur(), maintenant=ticket.pause_jusqua)


def _poles(poste: GuichetOuvert) -> set[int]:
    return {pole.pk for pole in poste.poles_servis}


def _en_attente(poles: set[int]) -> QuerySet[Ticket]:
    return Ticket.objects.filter(pole__in=poles, etat=Etat.EN_ATTENTE)


def _candidat(poste: GuichetOuvert) -> Ticket | None:
    """Return the ticket to call next, its row locked on PostgreSQL, or None.

    The usual case is one query. Only when the first is a visitor with priority are those whom they would
    overtake looked at; when one of them can't be overtaken any more, arrival alone decides.
    """
    poles = _poles(poste)
    attente = _en_attente(poles)
    premier = _verrouiller(attente.order_by("-priorite", "pk")).first()
    if premier is not None and premier.priorite and _depasser(premier, poles) is not None:
        return _verrouiller(attente.order_by("pk")).first()
    return premier


def _verrouiller(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    if connection.features.has_select_for_update_skip_locked:
        return tickets.select_for_update(skip_locked=True, of=("self",))
    return tickets  # SQLite: the transaction already holds the only write lock


def _depasser(ticket: Ticket, poles: set[int]) -> Ticket | None:
    """Count one overtaking for all who wait at ``poles`` before this ticket, or return the one who refuses it.

    Overtakings of a pole are made one after the other, under the lock of its queue's row: two desks that call
    two visitors with priority at once both count.
    """
    devant = _en_attente(poles).filter(pk__lt=ticket.pk, priorite=False)
    if not devant.exists():
        return None
    files = FileAttente.objects.filter(journee=ticket.journee_id, pole__in=poles).order_by("pk")
    if connection.features.has_select_for_update:
        list(files.select_for_update())
    plafond = Reglages.lire().depassements_max
    retenu = devant.filter(depassements__gte=plafond).order_by("pk").first()
    if retenu is None:
        devant.update(depassements=F("depassements") + 1)
    return retenu


@une_seule_fois
def rappeler(*, poste: GuichetOuvert, ticket_id: int, cle: str, maintenant: datetime | None = None) -> Ticket:
    """Call again the visitor of a desk, not too soon and not too often (settings). Returns the ticket."""
    maintenant = maintenant or timezone.now()
    ticket = ticket_du_guichet(poste, ticket_id)
    reglages = Reglages.lire()
    appels = list(Appel.objects.filter(ticket=ticket, annule=False).order_by("-rang")[: reglages.rappels_max + 1])
    reste = timedelta(seconds=reglages.rappel_ecart_s) - (maintenant - appels[0].instant) if appels else timedelta()
    if reste > timedelta():
        raise Refus(
            _("Le %(numero)s vient d’être appelé.") % {"numero": ticket.libelle},
            que_faire=_("Laissez-lui encore %(s)d secondes pour venir.") % {"s": reste.total_seconds() + 1},
        )
    if len(appels) > reglages.rappels_max and all(appel.rappel for appel in appels[:-1]):
        raise Refus(
            _("Le %(numero)s a déjà été rappelé %(n)d fois.") % {"numero": ticket.libelle, "n": reglages.rappels_max},
            que_faire=_("Signalez son absence : sa place est gardée, et l’accueil peut le ramener."),
        )
    ticket = franchir(ticket, Action.RAPPELER, cle=cle, maintenant=maintenant, guichet=poste.guichet)
    crier(ticket, poste.guichet, maintenant=maintenant, rappel=True)
    return ticket


@une_seule_fois
def signaler_absent(*, poste: GuichetOuvert, ticket_id: int, cle: str, maintenant: datetime | None = None) -> Ticket:
    """Say that the called visitor did not come; the turn is kept until the reception brings it back."""
    ticket = ticket_du_guichet(poste, ticket_id)
    return franchir(
        ticket,
        Action.SIGNALER_ABSENT,
        cle=cle,
        maintenant=maintenant or timezone.now(),
        guichet=poste.guichet,
        guichet_id=None,
    )


def ticket_du_guichet(poste: GuichetOuvert, ticket_id: int) -> Ticket:
    """Return the ticket if it is at this desk. Raises `Interdit` for another desk's visitor."""
    ticket = ticket_du_jour(ticket_id)
    if ticket.guichet_id != poste.guichet_id:
        raise Interdit(
            _("Le %(numero)s n’est pas à votre guichet.") % {"numero": ticket.libelle},
            garde=_("Rien n’a été changé."),
            que_faire=_("Regardez la liste à jour."),
        )
    return ticket

"""The visitor's own telephone: what the holder of a follow-up link may do with their own turn."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _

from accueil.etats import FINIS
from accueil.models import Ticket
from accueil.regles import tickets
from accueil.regles.gestes import DU_VISITEUR, cle_du_visiteur
from accueil.regles.journee import jour_courant
from cite import jetons
from cite.models import Reglages
from cite.refus import Invalide, Refus


class Geste(TextChoices):
    """What the page's buttons send."""

    REVENIR = "revenir"
    PRESENT = "present"
    PARTIR = "partir"


class SuiviTermine(Refus):
    """The one answer to every link that shows nothing: unknown, forged, finished, of a closed day."""

    statut = HTTPStatus.GONE

    def __init__(self) -> None:
        super().__init__(
            _("Ce suivi est terminé."),
            garde=_("On ne garde rien de vous : ni nom, ni téléphone. Le soir, même les numéros s’effacent."),
            que_faire=_("Vous attendez encore ? Demandez à l’accueil de la Cité."),
        )


def ticket_suivi(jeton: str, maintenant: datetime) -> Ticket:
    """Return the ticket that a link follows. Raises `SuiviTermine` for every other link."""
    du_jour = Ticket.objects.filter(jeton_empreinte=jetons.empreinte(jeton), journee__date=jour_courant(maintenant))
    ticket = du_jour.exclude(etat__in=FINIS).first()
    if ticket is None:
        raise SuiviTermine
    return ticket


def cle(ticket: Ticket, geste: Geste) -> str:
    """Return the key of one tap: the same on every telephone and at every refresh while the ticket stays as it is."""
    return cle_du_visiteur(f"{ticket.pk}:{ticket.etat}:{ticket.depuis.isoformat()}:{geste}")


def agir(ticket: Ticket, geste: Geste, *, cle: str, maintenant: datetime | None = None) -> Ticket:
    """Do what the visitor asks for their own ticket, and return it. Raises `Refus`."""
    maintenant = maintenant or timezone.now()
    if DU_VISITEUR not in cle:
        raise Invalide(_("Ce geste est incomplet."), que_faire=_("Rechargez la page et recommencez."))
    match geste:
        case Geste.REVENIR:
            jusqua = maintenant + timedelta(minutes=Reglages.lire().pause_min)
            return tickets.mettre_en_pause(ticket_id=ticket.pk, cle=cle, jusqua=jusqua, maintenant=maintenant)
        case Geste.PRESENT:
            return tickets.reprendre(ticket_id=ticket.pk, cle=cle, maintenant=maintenant)
        case Geste.PARTIR:
            return tickets.retirer(ticket_id=ticket.pk, cle=cle, maintenant=maintenant)

"""Undoing the last gesture, for a few seconds: a mis-tap must cost nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accueil.etats import Action
from accueil.models import Appel, Entretien, Guichet, GuichetOuvert, Ticket, Transition
from accueil.regles.gestes import DU_VISITEUR, une_seule_fois
from cite.models import Reglages
from cite.refus import Refus


class RienAAnnuler(Refus):
    """No gesture recent enough, or someone acted since."""

    def __init__(self) -> None:
        super().__init__(
            _("Il n’y a plus rien à annuler."),
            garde=_("Rien n’a été changé."),
            que_faire=_("Une action s’annule pendant quelques secondes, tant que personne d’autre n’a agi."),
        )


INSTANTS = ("depuis", "pause_jusqua")  # written as text in the journal
ANNULABLES = frozenset(Action) - {Action.PRENDRE, Action.ANNULER, Action.RAPPELER}


def derniere_annulable(guichet: Guichet | None, maintenant: datetime | None = None) -> Transition | None:
    """Return the last gesture of a desk (of the reception, with None) while it can be undone, or None."""
    seuil = (maintenant or timezone.now()) - timedelta(seconds=Reglages.lire().annulation_s)
    gestes = Transition.objects.filter(guichet=guichet, instant__gte=seuil, action__in=ANNULABLES)
    if guichet is None:
        gestes = gestes.exclude(cle__contains=DU_VISITEUR)
    dernier = gestes.select_related("ticket").order_by("-pk").first()
    if dernier is None or dernier.annulee:
        return None
    suivants = Transition.objects.filter(ticket=dernier.ticket_id, pk__gt=dernier.pk, annulee=False)
    return None if suivants.exclude(action=Action.RAPPELER).exists() else dernier


@une_seule_fois
def annuler(
    *, geste_id: int, cle: str, poste: GuichetOuvert | None = None, maintenant: datetime | None = None
) -> Ticket:
    """Undo the last gesture of a desk (or of the reception, without ``poste``) and return the ticket as it was.

    The page names the gesture it offers to undo (``geste_id``): a page out of date undoes nothing. Raises
    `RienAAnnuler`.
    """
    maintenant = maintenant or timezone.now()
    guichet = poste.guichet if poste else None
    geste = derniere_annulable(guichet, maintenant)
    if geste is None or geste.pk != geste_id:
        raise RienAAnnuler
    ticket = geste.ticket
    avant = {champ: parse_datetime(v) if champ in INSTANTS and v else v for champ, v in geste.avant.items()}
    rendu = Ticket.objects.filter(pk=ticket.pk, etat=geste.vers, pole=geste.pole_id)
    try:
        rendus = rendu.update(**avant)
    except IntegrityError as erreur:  # the desk has another visitor by now
        raise RienAAnnuler from erreur
    if not rendus or not Transition.objects.filter(pk=geste.pk, annulee=False).update(annulee=True):
        raise RienAAnnuler
    _defaire(geste)
    for champ, valeur in avant.items():
        setattr(ticket, champ, valeur)
    Transition.objects.create(
        ticket=ticket,
        action=Action.ANNULER,
        de=geste.vers,
        vers=ticket.etat,
        pole_id=ticket.pole_id,
        guichet=guichet,
        instant=maintenant,
        cle=cle,
        annulee=True,
    )
    return ticket


def _defaire(geste: Transition) -> None:
    """Give back what a gesture did beside the ticket's own row."""
    match geste.action:
        case Action.APPELER:
            # What was overtaken stays counted: the visitors who waited are only protected the sooner.
            Appel.objects.filter(ticket=geste.ticket_id, guichet=geste.guichet_id).update(annule=True)
        case Action.COMMENCER:
            Entretien.objects.filter(ticket=geste.ticket_id, fin=None).delete()
        case Action.TERMINER | Action.PASSER if geste.avant["etat"] == "en_entretien":
            dernier = Entretien.objects.filter(ticket=geste.ticket_id).order_by("-pk").first()
            if dernier is not None:
                dernier.fin = None
                dernier.save(update_fields=["fin"])

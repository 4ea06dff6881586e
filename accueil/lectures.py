"""What the surfaces read: the hall now, as plain questions to the database. Nothing here writes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from accueil import attente
from accueil.attente import AttentePrevue
from accueil.etats import AU_GUICHET, DANS_LE_HALL, Etat
from accueil.models import Annonce, Guichet, GuichetOuvert, Ticket, dans_la_file
from accueil.regles.journee import jour_courant
from accueil.regles.portes import ouvertures
from cite.horaires import Ouverture
from cite.models import Pole


@dataclass(frozen=True)
class PoleDuHall:
    """A pole as everyone sees it now.

    ``guichets`` are the names of the open desks that serve it, pauses left out; ``attente`` what is told to someone
    who would take a number now, None where nobody can and nobody waits.
    """

    pole: Pole
    ouverture: Ouverture
    phrase: str
    attendent: int = 0
    guichets: list[str] = field(default_factory=list)
    attente: AttentePrevue | None = None


def poles_du_hall(maintenant: datetime, poles: list[Pole] | None = None) -> list[PoleDuHall]:
    """Return the active poles in order (or the given ones): opening, people waiting, desks, wait. Four questions."""
    poles = Pole.actifs() if poles is None else poles
    ouverture_de = ouvertures(poles, maintenant)
    attendent: dict[int, int] = defaultdict(int)
    for pole_id in tickets_du_jour(maintenant).filter(dans_la_file(maintenant)).values_list("pole_id", flat=True):
        attendent[pole_id] += 1
    guichets: dict[int, list[str]] = defaultdict(list)
    for poste in guichets_ouverts(maintenant):
        for pole in poste.poles.all():
            if not poste.en_pause:
                guichets[pole.pk].append(poste.guichet.nom)
    prevues = attente.lire().nouveaux
    return [
        PoleDuHall(
            pole=pole,
            ouverture=ouverture_de[pole.pk],
            phrase=ouverture_de[pole.pk].phrase(maintenant),
            attendent=attendent[pole.pk],
            guichets=guichets[pole.pk],
            attente=prevues.get(pole.pk) if ouverture_de[pole.pk].ouvert or attendent[pole.pk] else None,
        )
        for pole in poles
    ]


def tickets_du_jour(maintenant: datetime) -> QuerySet[Ticket]:
    """Return the tickets of the current day in order of arrival, ready to be shown."""
    return Ticket.objects.filter(journee__date=jour_courant(maintenant)).order_by("pk")


def devant(ticket: Ticket, maintenant: datetime) -> int:
    """Return how many would be called before a visitor at the same pole, as the next desk would call them."""
    avant = Q(priorite=True, pk__lt=ticket.pk) if ticket.priorite else Q(priorite=True) | Q(pk__lt=ticket.pk)
    file = Ticket.objects.filter(dans_la_file(maintenant), avant, pole=ticket.pole_id, journee=ticket.journee_id)
    return file.exclude(pk=ticket.pk).count()


def attente_prevue(ticket: Ticket) -> AttentePrevue | None:
    """Return what is told of the wait of someone who waits, or who has just taken a number; None while paused."""
    prevues = attente.lire()
    nouvelle = prevues.nouveaux.get(ticket.pole_id) if ticket.arrivee > prevues.instant else None
    return prevues.visiteurs.get(ticket.pk, nouvelle)


def dans_le_hall(maintenant: datetime) -> list[Ticket]:
    """Return everyone who is in the hall (waiting, paused, absent) or at a desk, in order of arrival."""
    return list(tickets_du_jour(maintenant).filter(etat__in=(*DANS_LE_HALL, *AU_GUICHET)))


def absents(maintenant: datetime, poles: list[Pole] | None = None) -> list[Ticket]:
    """Return the visitors who did not come when called, the latest first."""
    absents_ = tickets_du_jour(maintenant).filter(etat=Etat.ABSENT).order_by("-depuis")
    return list(absents_.filter(pole__in=poles) if poles else absents_)


def guichets_ouverts(maintenant: datetime) -> list[GuichetOuvert]:
    """Return the desks open now with the poles they serve, in the order of the place."""
    ouverts = GuichetOuvert.objects.filter(journee__date=jour_courant(maintenant))
    return list(ouverts.prefetch_related("poles").order_by("guichet__ordre", "guichet__nom"))


def guichets() -> list[Guichet]:
    """Return the active desks of the place in order."""
    return [guichet for guichet in Guichet.de_memoire().values() if guichet.actif]


def annonces_en_cours(maintenant: datetime) -> list[Annonce]:
    """Return the announcements shown now."""
    return list(Annonce.objects.filter(debut__lte=maintenant, fin__gt=maintenant).select_related("message"))

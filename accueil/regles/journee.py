"""The day: it opens by itself with the first ticket, and closes into counters.

Closing moves rows into counters in one transaction: it counts what is there, adds, deletes. Run twice, or
again after a crash, it finds nothing left to count. A day closed too early simply goes on: its counter rows
still hold the last numbers, and the next closing adds to the same counters.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accueil import comptage
from accueil.models import (
    Annonce,
    Appel,
    Entretien,
    FenetrePresence,
    FileAttente,
    GuichetOuvert,
    Journee,
    Ticket,
    Transition,
)
from accueil.regles import presence
from cite import signal
from cite.models import Reglages
from cite.temps import jour_de

VERROU_JOURNEE = 0x43697465  # "Cite": the advisory lock of closings in this database
GARDE_NUMEROS = timedelta(days=2)  # the counters of numbers outlive their day by this much, in case it reopens


def jour_courant(maintenant: datetime | None = None) -> date:
    """Return the current day of the Cité (local, until `Reglages.heure_bascule`)."""
    return jour_de(maintenant or timezone.now(), Reglages.lire().heure_bascule)


def journee_courante(maintenant: datetime | None = None) -> Journee:
    """Return today's row, made if need be. To be called by rules that write."""
    journee, _ = Journee.objects.get_or_create(date=jour_courant(maintenant))
    return journee


def rouvrir(journee: Journee) -> None:
    """Let a day closed too early go on."""
    if journee.cloturee_le is not None:
        Journee.objects.filter(pk=journee.pk).update(cloturee_le=None)
        journee.cloturee_le = None


def entrer() -> None:
    """Begin a gesture: wait for a closing to end, and hold the next one back until this transaction does.

    To be the first statement of every transaction that changes the hall, so that no order of locks matters to a
    closing. SQLite needs nothing: its write transactions run one after the other (IMMEDIATE).
    """
    _verrou("pg_advisory_xact_lock_shared")


def _verrou(fonction: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as curseur:
            curseur.execute(f"SELECT {fonction}(%s)", [VERROU_JOURNEE])


def cloturer_journee(journee: Journee, *, maintenant: datetime | None = None) -> int:
    """Close a day: count, then delete every row that tells one visitor from another (principle 4).

    Returns the number of tickets counted by this run: 0 for a day already closed. All or nothing.
    """
    maintenant = maintenant or timezone.now()
    with transaction.atomic():
        _verrou("pg_advisory_xact_lock")  # running gestures end first, new ones wait; pages still read
        releve = comptage.relever(journee)
        comptage.ajouter(releve)
        GuichetOuvert.objects.filter(journee=journee).delete()
        for modele in (Appel, Transition, Entretien):
            modele.objects.filter(ticket__journee=journee).delete()
        Ticket.objects.filter(journee=journee).delete()
        Annonce.objects.filter(fin__lte=maintenant).delete()
        FenetrePresence.objects.filter(minute__lte=maintenant - presence.UTILE).delete()
        FileAttente.objects.filter(journee__date__lt=journee.date - GARDE_NUMEROS).delete()
        Journee.objects.filter(pk=journee.pk, cloturee_le=None).update(cloturee_le=maintenant)
        signal.emettre()
    return releve.tickets


def cloturer_journees_passees(*, maintenant: datetime | None = None) -> int:
    """Close every earlier day still open, as the first request of a new day does. Returns tickets counted."""
    jour = jour_courant(maintenant)
    restes = Exists(Ticket.objects.filter(journee=OuterRef("pk")))  # a gesture that lost a race with a closing
    passees = Journee.objects.filter(Q(cloturee_le=None) | restes, date__lt=jour).order_by("date")
    return sum(cloturer_journee(journee, maintenant=maintenant) for journee in passees)

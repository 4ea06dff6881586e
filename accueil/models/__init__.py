"""The walk-in queue: desks, the day, tickets, the log of calls, interviews, and what remains after closing.

Charter, principle 4 ("anonymat réciproque"): no row here points to an agent or an institution, and no column
can hold a word about a visitor. Everything that tells one visitor from another is deleted when the day closes
(`accueil.regles.journee`); only counters stay.
"""

from accueil.models.annonces import Annonce, MessageAnnonce
from accueil.models.compteurs import (
    Comptage,
    ComptageDimension,
    DureeTheme,
    Histogramme,
    ScorePrevision,
    TableauFige,
)
from accueil.models.hall import (
    Appel,
    Entretien,
    FenetrePresence,
    FileAttente,
    Guichet,
    GuichetOuvert,
    Journee,
    Ticket,
    Transition,
    dans_la_file,
)

__all__ = [
    "Annonce", "Appel", "Comptage", "ComptageDimension", "DureeTheme", "Entretien", "FenetrePresence", "FileAttente",
    "Guichet", "GuichetOuvert", "Histogramme", "Journee", "MessageAnnonce", "ScorePrevision", "TableauFige", "Ticket",
    "Transition", "dans_la_file",
]  # fmt: skip

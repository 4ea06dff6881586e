"""The first desks and announcements of a new place."""

from typing import Any

from accueil.models import Guichet, MessageAnnonce
from cite.vocabulaires import GUICHETS, MESSAGES


def amorcer(sender: object, **kwargs: Any) -> None:
    """Seed desks and messages; called once, in the transaction that seeds the place."""
    Guichet.objects.bulk_create(
        [Guichet(nom=nom, direction=direction, ordre=ordre) for ordre, (nom, direction) in enumerate(GUICHETS)]
    )
    for ordre, (texte, minutes, langues) in enumerate(MESSAGES):
        traductions = {langue: {"texte": traduit} for langue, traduit in langues.items()}
        MessageAnnonce.objects.create(texte=texte, minutes=minutes, ordre=ordre, traductions=traductions)

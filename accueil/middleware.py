"""The first request of a new day closes the days before it, and publishes the figures of what has ended."""

import logging
from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse

from accueil.publication.figer import figer_recentes
from accueil.regles.journee import cloturer_journees_passees, jour_courant

journal = logging.getLogger(__name__)


class JourneeMiddleware:
    """Close the past days once a day and a process; on every other request, compare two dates."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.jour_vu: date | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        jour = jour_courant()
        if jour != self.jour_vu:
            cloturer_journees_passees()
            self.jour_vu = jour
            _figer()
        return self.get_response(request)


def _figer() -> None:
    """Publish what has ended; a visitor's page never fails for it: the button of the steering pages tries again."""
    try:
        figer_recentes()
    except Exception:
        journal.exception("les chiffres de la période finie n’ont pas pu être figés")

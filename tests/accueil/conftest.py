"""Short hands for the tests of the queue."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accueil.models import Guichet, GuichetOuvert, Ticket
from accueil.regles import appels, entretiens, guichets, tickets
from accueil.regles.gestes import nouvelle_cle
from cite.models import Pole, Theme


class Hall:
    """The hall in the words of the tests: ``hall.prendre("emploi")``, ``hall.appeler("1")``."""

    def prendre(self, pole: str = "emploi", **options: object) -> Ticket:
        return tickets.prendre_ticket(pole=self.pole(pole), cle=nouvelle_cle(), **options)

    def pole(self, code: str) -> Pole:
        return Pole.objects.get(code=code)

    def ouvrir(self, nom: str = "1", *poles: str) -> GuichetOuvert:
        guichet = Guichet.objects.get(nom=nom)
        return guichets.ouvrir_guichet(guichet=guichet, poles=[self.pole(p) for p in poles or ("emploi",)])[0]

    def appeler(self, poste: GuichetOuvert, **options: object) -> Ticket:
        return appels.appeler_suivant(poste=poste, cle=nouvelle_cle(), **options)

    def recevoir(self, poste: GuichetOuvert, **options: object) -> Ticket:
        ticket = self.appeler(poste, **options)
        return entretiens.commencer(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle(), **options)

    def finir(self, poste: GuichetOuvert, ticket: Ticket, *themes: str, **options: object) -> Ticket:
        return entretiens.terminer(
            poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle(), themes=Theme.objects.filter(nom__in=themes), **options
        )


@pytest.fixture
def hall(lieu: None) -> Hall:
    return Hall()


@pytest.fixture
def cle() -> Callable[[], str]:
    return nouvelle_cle


def a(heure: int, minute: int = 0, jours: int = 0) -> datetime:
    """An instant of Tuesday 10 March 2026, Paris being one hour ahead of UTC."""
    return datetime(2026, 3, 10, heure - 1, minute, tzinfo=UTC) + timedelta(days=jours)

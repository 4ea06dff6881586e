"""Races between rules, in threads that each have their own connection: what the database must arbitrate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from accueil.etats import Action
from accueil.models import (
    Appel,
    Comptage,
    FenetrePresence,
    FileAttente,
    Guichet,
    GuichetOuvert,
    Journee,
    Ticket,
    Transition,
)
from accueil.regles import appels, guichets, suivi, tickets
from accueil.regles.appels import PersonneNAttend
from accueil.regles.gestes import nouvelle_cle
from accueil.regles.journee import cloturer_journee
from accueil.regles.suivi import Geste
from cite.models import Pole, Reglages
from cite.refus import Refus
from tests.concurrence.charge import ensemble

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.lent, pytest.mark.usefixtures("lieu")]

FILS = 8


@pytest.fixture(autouse=True)
def _connexions_fermees() -> Iterator[None]:
    """Threads leave their connections open; the database of the tests could not be dropped."""
    yield
    connections.close_all()


def de_front(*actions: Callable[[], Any]) -> list[Any]:
    """Run rules at once; a refusal is an answer like another."""

    def garder(action: Callable[[], Any]) -> Callable[[], Any]:
        def agir() -> Any:
            try:
                return action()
            except Refus as refus:
                return refus
            finally:
                connection.close()

        return agir

    return ensemble([garder(action) for action in actions])


def pole(code: str = "emploi") -> Pole:
    return Pole.objects.get(code=code)


def prendre(combien: int = 1, **options: Any) -> list[Ticket]:
    return [tickets.prendre_ticket(pole=pole(), cle=nouvelle_cle(), **options) for _ in range(combien)]


def ouvrir(combien: int) -> list[GuichetOuvert]:
    Guichet.objects.bulk_create(Guichet(nom=f"x{n}", ordre=50 + n) for n in range(combien))
    places = Guichet.objects.filter(nom__startswith="x").order_by("ordre")
    return [guichets.ouvrir_guichet(guichet=guichet, poles=[pole()])[0] for guichet in places]


def test_a_tap_repeated_by_eight_threads_is_one_ticket() -> None:
    cle, emploi = nouvelle_cle(), pole()
    rendus = de_front(*[lambda: tickets.prendre_ticket(pole=emploi, cle=cle)] * FILS)
    assert {ticket.numero for ticket in rendus} == {1} and Ticket.objects.count() == 1
    assert FileAttente.objects.get(pole=emploi).dernier_numero == 1, "a number was lost"


def test_a_call_repeated_by_eight_threads_is_one_call() -> None:
    prendre(3)
    (poste,), cle = ouvrir(1), nouvelle_cle()
    rendus = de_front(*[lambda: appels.appeler_suivant(poste=poste, cle=cle)] * FILS)
    assert {ticket.pk for ticket in rendus} == {Ticket.objects.get(etat="appele").pk}
    assert Appel.objects.count() == 1


def test_a_desk_that_calls_twice_at_once_gets_one_visitor() -> None:
    prendre(FILS)
    (poste,) = ouvrir(1)
    rendus = de_front(*[lambda: appels.appeler_suivant(poste=poste, cle=nouvelle_cle())] * FILS)
    assert sum(isinstance(rendu, Ticket) for rendu in rendus) == 1
    assert Appel.objects.count() == Transition.objects.filter(action=Action.APPELER).count() == 1


def test_desks_that_call_at_once_get_a_visitor_each_and_the_last_ones_nobody() -> None:
    prendre(FILS - 2)
    postes = ouvrir(FILS)
    rendus = de_front(*[lambda p=p: appels.appeler_suivant(poste=p, cle=nouvelle_cle()) for p in postes])
    appeles = [rendu.pk for rendu in rendus if isinstance(rendu, Ticket)]
    assert len(appeles) == len(set(appeles)) == FILS - 2
    assert sum(isinstance(rendu, PersonneNAttend) for rendu in rendus) == 2


def test_a_visitor_asked_by_number_at_eight_desks_goes_to_one() -> None:
    (ticket,) = prendre()
    postes = ouvrir(FILS)
    rendus = de_front(
        *[lambda p=p: appels.appeler_numero(poste=p, ticket_id=ticket.pk, cle=nouvelle_cle()) for p in postes]
    )
    assert sum(isinstance(rendu, Ticket) for rendu in rendus) == 1 and Appel.objects.count() == 1


def test_a_visitor_who_leaves_as_they_are_called_does_one_or_the_other() -> None:
    for ticket in prendre(6):
        poste = ouvrir_un(f"y{ticket.pk}")
        de_front(
            lambda p=poste: appels.appeler_suivant(poste=p, cle=nouvelle_cle()),
            lambda t=ticket: tickets.retirer(ticket_id=t.pk, cle=nouvelle_cle()),
        )
        ticket.refresh_from_db()
        gestes = list(Transition.objects.filter(ticket=ticket).exclude(action=Action.PRENDRE))
        assert len(gestes) == 1 and gestes[0].vers == ticket.etat
        Ticket.objects.filter(etat="en_attente").exclude(pk__gt=ticket.pk).update(etat="parti")


@pytest.mark.parametrize("geste", [Geste.REVENIR, Geste.PARTIR])
def test_a_visitor_whose_two_telephones_act_as_a_desk_calls_does_one_thing(geste: Geste) -> None:
    for ticket in prendre(6):
        poste, cle = ouvrir_un(f"y{ticket.pk}"), suivi.cle(ticket, geste)
        de_front(
            lambda p=poste: appels.appeler_suivant(poste=p, cle=nouvelle_cle()),
            *[lambda t=ticket, c=cle: suivi.agir(t, geste, cle=c)] * 2,
        )
        ticket.refresh_from_db()
        gestes = list(Transition.objects.filter(ticket=ticket).exclude(action=Action.PRENDRE))
        assert len(gestes) == 1 and gestes[0].vers == ticket.etat
        assert (ticket.pause_jusqua is not None) is (ticket.etat == "en_pause")
        Ticket.objects.filter(pk=ticket.pk, etat__in=("en_attente", "en_pause")).update(etat="parti")


def test_desks_that_call_at_once_bring_each_one_back_once_from_a_pause_that_is_over() -> None:
    pris, postes = prendre(FILS + 2), ouvrir(FILS)
    for ticket in pris:
        suivi.agir(ticket, Geste.REVENIR, cle=suivi.cle(ticket, Geste.REVENIR))
    plus_tard = timezone.now() + timedelta(hours=1)
    rendus = de_front(
        *[lambda p=p: appels.appeler_suivant(poste=p, cle=nouvelle_cle(), maintenant=plus_tard) for p in postes]
    )
    appeles = {rendu.pk for rendu in rendus if isinstance(rendu, Ticket)}
    assert appeles == {ticket.pk for ticket in pris[:FILS]}
    retours = Transition.objects.filter(action=Action.REPRENDRE).values_list("ticket", flat=True)
    assert sorted(retours) == [ticket.pk for ticket in pris]


def test_telephones_that_ask_at_once_with_one_code_get_no_more_numbers_than_the_setting() -> None:
    Reglages(numeros_par_code=5).save()
    minute, emploi, cle = timezone.now().replace(second=0, microsecond=0), pole(), nouvelle_cle()
    cles = [nouvelle_cle() for _ in range(FILS - 2)] + [cle, cle]
    rendus = de_front(*[lambda c=c: tickets.prendre_au_telephone(minute=minute, pole=emploi, cle=c) for c in cles])
    donnes = {rendu.pk for rendu in rendus if isinstance(rendu, Ticket)}
    assert len(donnes) == Ticket.objects.count() == 5
    assert FenetrePresence.objects.get().pris == FileAttente.objects.get(pole=emploi).dernier_numero == 5


def ouvrir_un(nom: str) -> GuichetOuvert:
    guichet = Guichet.objects.create(nom=nom, ordre=90)
    return guichets.ouvrir_guichet(guichet=guichet, poles=[pole()])[0]


def test_nobody_is_overtaken_beyond_the_bound_by_desks_that_call_at_once() -> None:
    patients = prendre(12)
    for ticket in prendre(24):
        tickets.prioriser(ticket_id=ticket.pk, cle=nouvelle_cle(), priorite=True)
    plafond = Reglages.lire().depassements_max
    postes = ouvrir(36)
    for debut in range(0, 36, FILS):
        tour = postes[debut : debut + FILS]
        de_front(*[lambda p=p: appels.appeler_suivant(poste=p, cle=nouvelle_cle()) for p in tour])
    rangs = dict(Appel.objects.values_list("ticket_id", "rang"))
    assert len(rangs) == 36
    prioritaires = set(Ticket.objects.filter(priorite=True).values_list("pk", flat=True))
    for ticket in patients:
        devant = sum(rangs[autre] < rangs[ticket.pk] for autre in prioritaires)
        ticket.refresh_from_db()
        assert ticket.depassements <= plafond
        assert devant <= plafond, f"{ticket.libelle} overtaken {devant} times, {ticket.depassements} counted"


def test_a_closing_while_numbers_are_given_and_called_counts_everyone_once() -> None:
    poles = [pole(code) for code in ("emploi", "formation", "accueil", "orientation")]
    poste = ouvrir(1)[0]
    pris: list[Ticket] = []

    def prendre_dix(n: int) -> None:
        for k in range(10):
            pris.append(tickets.prendre_ticket(pole=poles[(n + k) % 4], cle=nouvelle_cle()))

    def appeler() -> None:
        for _ in range(6):
            try:
                ticket = appels.appeler_suivant(poste=poste, cle=nouvelle_cle())
                appels.signaler_absent(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())
            except Refus:  # nobody yet, or the day closed under the desk
                continue

    journee = Journee.objects.get()
    clotures = [lambda: cloturer_journee(journee)] * 3
    de_front(*[lambda n=n: prendre_dix(n) for n in range(4)], appeler, *clotures)
    assert len(pris) == 40
    cloturer_journee(journee)
    assert _comptes(Comptage.Mesure.TICKETS) == 40 and Ticket.objects.count() == 0
    numeros = Counter((ticket.pole_numero_id, ticket.numero) for ticket in pris)
    assert max(numeros.values()) == 1, "a closing gave a number back"


def _comptes(mesure: str) -> int:
    return sum(Comptage.objects.filter(mesure=mesure).values_list("nombre", flat=True))

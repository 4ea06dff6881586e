"""Calling: order, priority without unbounded overtaking, recall, absence."""

import pytest
import time_machine

from accueil.etats import Etat
from accueil.models import Appel, Ticket
from accueil.regles import appels, guichets, tickets
from accueil.regles.gestes import nouvelle_cle
from cite.models import Reglages
from cite.refus import Interdit, Refus
from tests.accueil.conftest import Hall, a


def prioritaire(hall: Hall, pole: str = "emploi") -> Ticket:
    ticket = hall.prendre(pole)
    return tickets.prioriser(ticket_id=ticket.pk, cle=nouvelle_cle(), priorite=True)


def test_visitors_are_called_in_order_of_arrival_across_the_poles_of_a_desk(hall: Hall) -> None:
    arrives = [hall.prendre(pole).pk for pole in ("emploi", "formation", "emploi")]
    poste, appeles = hall.ouvrir("1", "emploi", "formation"), []
    for _ in arrives:
        ticket = hall.recevoir(poste)
        hall.finir(poste, ticket)
        appeles.append(ticket.pk)
    assert appeles == arrives


def test_a_desk_calls_only_the_poles_it_serves(hall: Hall) -> None:
    hall.prendre("formation")
    with pytest.raises(appels.PersonneNAttend):
        hall.appeler(hall.ouvrir("1", "emploi"))


def test_a_desk_has_one_visitor_at_a_time(hall: Hall) -> None:
    hall.prendre(), hall.prendre()
    poste = hall.ouvrir()
    hall.appeler(poste)
    with pytest.raises(Refus, match="Vous recevez déjà le E 001"):
        hall.appeler(poste)


def test_a_desk_on_pause_calls_nobody(hall: Hall) -> None:
    hall.prendre()
    poste = hall.ouvrir()
    guichets.regler_pause(poste=poste, en_pause=True)
    with pytest.raises(Interdit):
        hall.appeler(poste)


def test_priority_passes_before(hall: Hall) -> None:
    hall.prendre()
    presse = prioritaire(hall)
    assert hall.appeler(hall.ouvrir()).pk == presse.pk


def test_nobody_is_overtaken_more_than_the_set_number_of_times(hall: Hall) -> None:
    patient = hall.prendre()
    for _ in range(5):
        prioritaire(hall)
    poste, rang = hall.ouvrir(), []
    for _ in range(6):
        ticket = hall.recevoir(poste)
        hall.finir(poste, ticket)
        rang.append(ticket.pk)
    assert rang.index(patient.pk) == Reglages.lire().depassements_max
    assert Ticket.objects.get(pk=patient.pk).depassements == 3


def test_a_given_number_can_be_called_and_counts_as_overtaking(hall: Hall) -> None:
    patient, choisi = hall.prendre(), hall.prendre()
    appele = appels.appeler_numero(poste=hall.ouvrir(), ticket_id=choisi.pk, cle=nouvelle_cle())
    assert (appele.etat, Ticket.objects.get(pk=patient.pk).depassements) == (Etat.APPELE, 1)


def test_a_given_number_is_refused_when_someone_was_overtaken_enough(hall: Hall) -> None:
    patient, choisi = hall.prendre(), hall.prendre()
    Ticket.objects.filter(pk=patient.pk).update(depassements=3)
    with pytest.raises(appels.DepassementRefuse, match="E 001"):
        appels.appeler_numero(poste=hall.ouvrir(), ticket_id=choisi.pk, cle=nouvelle_cle())
    assert Ticket.objects.get(pk=choisi.pk).etat == Etat.EN_ATTENTE


def test_calls_are_logged_in_order_without_a_gap(hall: Hall) -> None:
    for nom in ("1", "2", "3"):
        hall.prendre()
        hall.appeler(hall.ouvrir(nom))
    assert list(Appel.objects.values_list("rang", "guichet__nom")) == [(1, "1"), (2, "2"), (3, "3")]


def test_a_recall_waits_for_the_gap_and_stops_at_the_limit(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False) as horloge:
        hall.prendre()
        poste = hall.ouvrir()
        ticket = hall.appeler(poste)

        def rappeler() -> Ticket:
            return appels.rappeler(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())

        with pytest.raises(Refus, match="vient d’être appelé"):
            rappeler()
        for _ in range(3):
            horloge.shift(21)
            rappeler()
        horloge.shift(21)
        with pytest.raises(Refus, match="déjà été rappelé 3 fois"):
            rappeler()
    assert list(Appel.objects.values_list("rappel", flat=True)) == [False, True, True, True]


def test_an_absent_visitor_leaves_the_desk_and_comes_back_to_the_same_turn(hall: Hall) -> None:
    absent, suivant = hall.prendre(), hall.prendre()
    poste = hall.ouvrir()
    hall.appeler(poste)
    appels.signaler_absent(poste=poste, ticket_id=absent.pk, cle=nouvelle_cle())
    assert hall.appeler(poste).pk == suivant.pk
    tickets.ramener(ticket_id=absent.pk, cle=nouvelle_cle())
    assert hall.appeler(hall.ouvrir("2")).pk == absent.pk


def test_another_desk_s_visitor_cannot_be_touched(hall: Hall) -> None:
    hall.prendre()
    ticket = hall.appeler(hall.ouvrir("1"))
    with pytest.raises(Interdit, match="pas à votre guichet"):
        appels.signaler_absent(poste=hall.ouvrir("2"), ticket_id=ticket.pk, cle=nouvelle_cle())


def test_a_double_tap_on_call_next_calls_one_visitor(hall: Hall) -> None:
    hall.prendre(), hall.prendre()
    poste, cle = hall.ouvrir(), nouvelle_cle()
    appeles = {appels.appeler_suivant(poste=poste, cle=cle).pk for _ in range(2)}
    assert (len(appeles), Appel.objects.count()) == (1, 1)

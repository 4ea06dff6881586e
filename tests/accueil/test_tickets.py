"""Taking a number, and everything that happens to it outside a desk."""

import pytest
import time_machine

from accueil.etats import Etat
from accueil.models import FileAttente, Ticket, Transition
from accueil.regles import portes, tickets
from accueil.regles.gestes import DejaChange, PageDHier, nouvelle_cle
from cite import jetons
from cite.refus import Introuvable, Invalide
from tests.accueil.conftest import Hall, a


def test_numbers_of_a_pole_follow_each_other(hall: Hall) -> None:
    assert [hall.prendre("emploi").libelle for _ in range(3)] == ["E 001", "E 002", "E 003"]


def test_each_pole_has_its_own_numbers(hall: Hall) -> None:
    assert [hall.prendre(pole).libelle for pole in ("emploi", "formation", "emploi")] == ["E 001", "F 001", "E 002"]


def test_numbers_start_again_the_next_day(hall: Hall) -> None:
    with time_machine.travel(a(11)):
        hall.prendre()
    with time_machine.travel(a(11, jours=1)):
        assert hall.prendre().libelle == "E 001"


def test_a_second_tap_with_the_same_key_gives_the_same_ticket(hall: Hall) -> None:
    cle = nouvelle_cle()
    premier = tickets.prendre_ticket(pole=hall.pole("emploi"), cle=cle)
    second = tickets.prendre_ticket(pole=hall.pole("emploi"), cle=cle)
    assert (second.pk, Ticket.objects.count()) == (premier.pk, 1)


def test_only_the_hash_of_the_token_is_stored_and_a_retry_finds_the_token_again(hall: Hall) -> None:
    cle = nouvelle_cle()
    ticket = tickets.prendre_ticket(pole=hall.pole("emploi"), cle=cle)
    assert ticket.jeton_empreinte == jetons.empreinte(tickets.jeton_du_ticket(cle))


@pytest.mark.parametrize("cle", ["", "x", "20260310", "20260310-" + "é" * 22, "a" * 300])
def test_a_key_that_no_form_of_ours_made_is_refused(hall: Hall, cle: str) -> None:
    with pytest.raises(Invalide):
        tickets.prendre_ticket(pole=hall.pole("emploi"), cle=cle)


def test_a_form_replayed_the_next_day_takes_no_number(hall: Hall) -> None:
    with time_machine.travel(a(17)):
        cle = nouvelle_cle()
    with time_machine.travel(a(10, jours=1)), pytest.raises(PageDHier):
        tickets.prendre_ticket(pole=hall.pole("emploi"), cle=cle)
    assert Ticket.objects.count() == 0


def test_a_closed_pole_gives_no_number_at_the_kiosk_but_the_reception_may(hall: Hall) -> None:
    portes.regler_porte(pole=hall.pole("emploi"), porte=FileAttente.Porte.FERMEE)
    with pytest.raises(tickets.PoleFerme) as refus:
        hall.prendre("emploi")
    assert refus.value.pole == hall.pole("emploi")
    assert hall.prendre("emploi", par_accueil=True).libelle == "E 001"


def test_a_paused_visitor_keeps_the_turn(hall: Hall) -> None:
    premier, second = hall.prendre(), hall.prendre()
    poste = hall.ouvrir("1")
    tickets.mettre_en_pause(ticket_id=premier.pk, cle=nouvelle_cle())
    assert hall.appeler(poste).pk == second.pk
    tickets.reprendre(ticket_id=premier.pk, cle=nouvelle_cle())
    assert hall.appeler(hall.ouvrir("2")).pk == premier.pk


def test_moving_to_another_pole_keeps_number_and_rank(hall: Hall) -> None:
    deplace, autre = hall.prendre("emploi"), hall.prendre("formation")
    tickets.deplacer(ticket_id=deplace.pk, pole=hall.pole("formation"), cle=nouvelle_cle())
    appele = hall.appeler(hall.ouvrir("1", "formation"))
    assert (appele.libelle, appele.pk < autre.pk) == ("E 001", True)


def test_moving_to_the_same_pole_is_refused(hall: Hall) -> None:
    ticket = hall.prendre("emploi")
    with pytest.raises(Invalide):
        tickets.deplacer(ticket_id=ticket.pk, pole=hall.pole("emploi"), cle=nouvelle_cle())


def test_a_move_that_does_not_leave_from_the_present_state_is_refused_and_changes_nothing(hall: Hall) -> None:
    ticket = hall.prendre()
    with pytest.raises(DejaChange) as refus:
        tickets.reprendre(ticket_id=ticket.pk, cle=nouvelle_cle())
    assert "E 001" in refus.value.phrase
    assert Ticket.objects.get().etat == Etat.EN_ATTENTE
    assert Transition.objects.count() == 1


def test_a_ticket_that_is_gone_is_said_gone(hall: Hall) -> None:
    with pytest.raises(Introuvable):
        tickets.retirer(ticket_id=987654, cle=nouvelle_cle())


def test_a_visitor_who_leaves_is_called_no_more(hall: Hall) -> None:
    parti, reste = hall.prendre(), hall.prendre()
    tickets.retirer(ticket_id=parti.pk, cle=nouvelle_cle())
    assert hall.appeler(hall.ouvrir("1")).pk == reste.pk


def test_a_clock_that_goes_back_does_not_change_the_order(hall: Hall) -> None:
    with time_machine.travel(a(12)):
        premier = hall.prendre()
    with time_machine.travel(a(11)):
        hall.prendre()
        assert hall.appeler(hall.ouvrir("1")).pk == premier.pk

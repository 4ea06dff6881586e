"""Interviews, passing on, undoing, and the desks where they happen."""

import pytest
import time_machine

from accueil.etats import Action, Etat
from accueil.models import Appel, Entretien, GuichetOuvert, Ticket
from accueil.regles import appels, entretiens, guichets, tickets
from accueil.regles.annulation import RienAAnnuler, annuler, derniere_annulable
from accueil.regles.gestes import nouvelle_cle
from cite.refus import Interdit, Invalide, Refus
from tests.accueil.conftest import Hall, a


def test_an_interview_keeps_its_themes_and_its_length(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False) as horloge:
        hall.prendre()
        poste = hall.ouvrir()
        ticket = hall.recevoir(poste)
        horloge.shift(25 * 60)
        hall.finir(poste, ticket, "Réseau", "CV et lettre")
    entretien = Entretien.objects.get()
    assert (entretien.fin - entretien.debut).total_seconds() == 1500
    assert [theme.nom for theme in entretien.themes.all()] == ["CV et lettre", "Réseau"]


def test_passing_on_keeps_number_and_arrival(hall: Hall) -> None:
    poste = hall.ouvrir()
    ticket = hall.prendre()
    arrivee = ticket.arrivee
    hall.recevoir(poste)
    entretiens.passer(poste=poste, ticket_id=ticket.pk, pole=hall.pole("formation"), cle=nouvelle_cle())
    ticket = Ticket.objects.get()
    assert (ticket.libelle, ticket.arrivee, ticket.pole.code, ticket.etat) == (
        "E 001",
        arrivee,
        "formation",
        "en_attente",
    )


def test_passing_on_to_the_same_pole_is_refused_and_the_interview_goes_on(hall: Hall) -> None:
    hall.prendre()
    poste = hall.ouvrir()
    ticket = hall.recevoir(poste)
    with pytest.raises(Invalide):
        entretiens.passer(poste=poste, ticket_id=ticket.pk, pole=hall.pole("emploi"), cle=nouvelle_cle())
    assert Entretien.objects.get().fin is None


def test_a_desk_taken_elsewhere_is_said_taken(hall: Hall) -> None:
    hall.ouvrir("1")
    with pytest.raises(guichets.GuichetPris, match="guichet 1"):
        hall.ouvrir("1")


def test_taking_a_desk_over_makes_the_other_browser_s_token_useless(hall: Hall) -> None:
    poste = hall.ouvrir("1")
    _, ancien = guichets.ouvrir_guichet(guichet=poste.guichet, poles=[hall.pole("emploi")], reprendre=True)
    _, nouveau = guichets.ouvrir_guichet(guichet=poste.guichet, poles=[hall.pole("emploi")], reprendre=True)
    with pytest.raises(Interdit):
        guichets.poste_du_jeton(poste.guichet_id, ancien)
    assert guichets.poste_du_jeton(poste.guichet_id, nouveau).guichet == poste.guichet


def test_a_desk_with_a_visitor_cannot_be_closed(hall: Hall) -> None:
    hall.prendre()
    poste = hall.ouvrir()
    hall.appeler(poste)
    with pytest.raises(Refus, match="encore à ce guichet"):
        guichets.fermer_guichet(poste=poste)
    assert GuichetOuvert.objects.count() == 1


def test_a_desk_serves_at_least_one_pole(hall: Hall) -> None:
    with pytest.raises(Invalide):
        guichets.servir(poste=hall.ouvrir(), poles=[])


def annuler_dernier(poste: GuichetOuvert) -> Ticket:
    geste = derniere_annulable(poste.guichet)
    assert geste is not None
    return annuler(geste_id=geste.pk, cle=nouvelle_cle(), poste=poste)


def test_undoing_a_call_gives_the_turn_back_and_takes_the_call_off_the_screens(hall: Hall) -> None:
    hall.prendre()
    poste = hall.ouvrir()
    hall.appeler(poste)
    assert annuler_dernier(poste).etat == Etat.EN_ATTENTE
    assert Appel.objects.get().annule is True


def test_undoing_the_end_of_an_interview_opens_it_again(hall: Hall) -> None:
    hall.prendre()
    poste = hall.ouvrir()
    hall.finir(poste, hall.recevoir(poste))
    annuler_dernier(poste)
    assert (Ticket.objects.get().etat, Entretien.objects.get().fin) == (Etat.EN_ENTRETIEN, None)


def test_undoing_passing_on_brings_the_visitor_back_to_the_desk(hall: Hall) -> None:
    hall.prendre()
    poste = hall.ouvrir()
    ticket = hall.recevoir(poste)
    entretiens.passer(poste=poste, ticket_id=ticket.pk, pole=hall.pole("formation"), cle=nouvelle_cle())
    annuler_dernier(poste)
    ticket = Ticket.objects.get()
    assert (ticket.pole.code, ticket.guichet, ticket.etat) == ("emploi", poste.guichet, Etat.EN_ENTRETIEN)


def test_undoing_twice_goes_back_one_gesture_only(hall: Hall) -> None:
    hall.prendre()
    poste = hall.ouvrir()
    hall.recevoir(poste)
    assert annuler_dernier(poste).etat == Etat.APPELE
    assert derniere_annulable(poste.guichet) is None


def test_nothing_is_undone_after_thirty_seconds(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False) as horloge:
        hall.prendre()
        poste = hall.ouvrir()
        hall.appeler(poste)
        geste = derniere_annulable(poste.guichet)
        horloge.shift(31)
        assert geste is not None
        with pytest.raises(RienAAnnuler):
            annuler(geste_id=geste.pk, cle=nouvelle_cle(), poste=poste)


def test_nothing_is_undone_once_someone_else_has_acted(hall: Hall) -> None:
    hall.prendre()
    poste = hall.ouvrir()
    ticket = hall.recevoir(poste)
    entretiens.passer(poste=poste, ticket_id=ticket.pk, pole=hall.pole("formation"), cle=nouvelle_cle())
    hall.appeler(hall.ouvrir("2", "formation"))
    assert derniere_annulable(poste.guichet) is None


def test_a_page_out_of_date_undoes_nothing(hall: Hall) -> None:
    hall.prendre()
    poste = hall.ouvrir()
    ticket = hall.appeler(poste)
    vieux = derniere_annulable(poste.guichet)
    entretiens.commencer(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())
    assert vieux is not None
    with pytest.raises(RienAAnnuler):
        annuler(geste_id=vieux.pk, cle=nouvelle_cle(), poste=poste)


def test_undoing_an_absence_calls_the_visitor_back_to_the_desk(hall: Hall) -> None:
    hall.prendre()
    poste = hall.ouvrir()
    ticket = hall.appeler(poste)
    appels.signaler_absent(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())
    rendu = annuler_dernier(poste)
    assert (rendu.etat, rendu.guichet_id, Action.ANNULER) == (Etat.APPELE, poste.guichet_id, "annuler")


def test_nobody_is_sent_to_a_pole_that_the_place_no_longer_has(hall: Hall) -> None:
    hall.prendre()
    poste, fermee = hall.ouvrir(), hall.pole("formation")
    ticket = hall.recevoir(poste)
    fermee.actif = False
    fermee.save()
    with pytest.raises(Invalide, match="n’existe plus"):
        entretiens.passer(poste=poste, ticket_id=ticket.pk, pole=fermee, cle=nouvelle_cle())
    assert Ticket.objects.get().pole.code == "emploi"


def test_a_desk_closed_in_another_tab_calls_nobody(hall: Hall) -> None:
    hall.prendre()
    poste = hall.ouvrir()
    guichets.fermer_guichet(poste=poste)
    with pytest.raises(Interdit, match="pas ouvert sur ce poste"):
        hall.appeler(poste)


def test_a_desk_paused_in_another_tab_calls_nobody(hall: Hall) -> None:
    hall.prendre()
    poste = hall.ouvrir()
    guichets.regler_pause(poste=GuichetOuvert.objects.get(), en_pause=True)
    with pytest.raises(Interdit, match="en pause"):
        hall.appeler(poste)


def test_a_number_taken_at_the_kiosk_does_not_hide_what_the_reception_may_undo(hall: Hall) -> None:
    ticket = hall.prendre()
    tickets.mettre_en_pause(ticket_id=ticket.pk, cle=nouvelle_cle())
    hall.prendre()
    geste = derniere_annulable(None)
    assert geste is not None
    assert geste.action == Action.METTRE_EN_PAUSE

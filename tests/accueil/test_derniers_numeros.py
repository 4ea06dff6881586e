"""A pole stops giving numbers some minutes before its day ends, says so beforehand, and interrupts nobody."""

from datetime import time

import pytest
import time_machine

from accueil.models import FileAttente
from accueil.regles import portes, tickets
from accueil.regles.gestes import nouvelle_cle
from cite.models import Horaire, Reglages
from tests.accueil.conftest import Hall, a


@pytest.fixture(autouse=True)
def _journee_de_10_a_18(lieu: None) -> None:
    Horaire.objects.all().delete()
    Horaire(jour=Horaire.Jour.MARDI, ouvre=time(10), ferme=time(18)).save()
    Reglages(dernier_numero_min=15, annonce_fermeture_min=20).save()


def phrase(hall: Hall, heure: int, minute: int = 0) -> str:
    return portes.ouverture_du_pole(hall.pole("emploi"), a(heure, minute)).phrase(a(heure, minute))


def test_the_last_numbers_are_announced_then_no_more_are_given(hall: Hall) -> None:
    heures = [(17, 24), (17, 25), (17, 44), (17, 45), (18, 0)]
    assert [phrase(hall, *heure) for heure in heures] == [
        "Ouvert jusqu’à 18 h",
        "Derniers numéros jusqu’à 17 h 45",
        "Derniers numéros jusqu’à 17 h 45",
        "Plus de nouveau numéro aujourd’hui",
        "Rouvre mardi 17 mars à 10 h",
    ]


def test_the_kiosk_gives_no_number_after_the_last_one_but_the_reception_may(hall: Hall) -> None:
    with time_machine.travel(a(17, 50), tick=False):
        with pytest.raises(tickets.PoleFerme) as refus:
            hall.prendre()
        assert refus.value.phrase == "Trouver un emploi : Plus de nouveau numéro aujourd’hui."
        donne = tickets.prendre_ticket(pole=hall.pole("emploi"), cle=nouvelle_cle(), par_accueil=True)
    assert donne.numero == 1


def test_those_who_wait_are_received_after_the_last_number(hall: Hall) -> None:
    with time_machine.travel(a(17, 40), tick=False):
        ticket = hall.prendre()
    with time_machine.travel(a(18, 10), tick=False):
        assert hall.recevoir(hall.ouvrir()).pk == ticket.pk


def test_a_break_at_noon_is_not_the_end_of_the_day(hall: Hall) -> None:
    Horaire.objects.all().delete()
    for ouvre, ferme in ((10, 12), (14, 18)):
        Horaire(jour=Horaire.Jour.MARDI, ouvre=time(ouvre), ferme=time(ferme)).save()
    assert phrase(hall, 11, 50) == "Ouvert jusqu’à 12 h"


def test_the_hand_of_the_reception_goes_before_the_rule(hall: Hall) -> None:
    with time_machine.travel(a(17, 50), tick=False):
        portes.regler_porte(pole=hall.pole("emploi"), porte=FileAttente.Porte.OUVERTE)
        assert hall.prendre().numero == 1


def test_an_evening_past_midnight_ends_with_its_own_day(hall: Hall) -> None:
    Horaire.objects.all().delete()
    for jour in (Horaire.Jour.MARDI, Horaire.Jour.MERCREDI):
        Horaire(jour=jour, ouvre=time(18), ferme=time(1)).save()
    assert phrase(hall, 24, 50) == "Plus de nouveau numéro aujourd’hui"

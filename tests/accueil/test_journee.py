"""Closing: everything is counted once, and nothing that tells one visitor from another is left."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command

from accueil import comptage
from accueil.models import (
    Comptage,
    ComptageDimension,
    FileAttente,
    Histogramme,
    Journee,
    Ticket,
)
from accueil.regles import entretiens, tickets
from accueil.regles.gestes import nouvelle_cle
from accueil.regles.journee import cloturer_journee, cloturer_journees_passees, journee_courante
from tests.accueil.conftest import Hall, a

DU_LIEU = {"guichet", "journee", "fileattente", "messageannonce"}
COMPTEURS = {"comptage", "comptagedimension", "histogramme", "dureetheme", "scoreprevision"}
QUI_RESTE = DU_LIEU | COMPTEURS


def lignes_restantes() -> set[str]:
    """The models of the queue that still have rows."""
    return {m._meta.model_name for m in apps.get_app_config("accueil").get_models() if m.objects.exists()}


def matinee(hall: Hall) -> None:
    """Three tickets at 11:00: one received for 20 minutes after 10, one who leaves, one still there at closing."""
    with time_machine.travel(a(11), tick=False) as horloge:
        hall.prendre("emploi", langue="ar")
        parti = hall.prendre("emploi")
        hall.prendre("formation")
        horloge.shift(10 * 60)
        poste = hall.ouvrir("1", "emploi")
        ticket = hall.recevoir(poste)
        tickets.retirer(ticket_id=parti.pk, cle=nouvelle_cle())
        horloge.shift(20 * 60)
        hall.finir(poste, ticket, "Réseau")


def mesures(**filtre: object) -> dict[tuple[str, str], int]:
    lignes = Comptage.objects.filter(nombre__gt=0, **filtre).values_list("pole__code", "mesure", "nombre")
    return {(pole, mesure): nombre for pole, mesure, nombre in lignes}


def test_closing_counts_what_happened(hall: Hall) -> None:
    matinee(hall)
    with time_machine.travel(a(19)):
        assert cloturer_journee(journee_courante()) == 3
    assert mesures(matin=True) == {
        ("emploi", "tickets"): 2,
        ("emploi", "entretiens"): 1,
        ("emploi", "sans_entretien"): 1,
        ("emploi", "partis"): 1,
        ("formation", "tickets"): 1,
        ("formation", "sans_entretien"): 1,
    }
    assert mesures(matin=False) == {}


def test_closing_keeps_waits_and_lengths_as_histograms(hall: Hall) -> None:
    matinee(hall)
    with time_machine.travel(a(19)):
        cloturer_journee(journee_courante())
    assert list(Histogramme.objects.values_list("mesure", "minutes", "nombre")) == [
        ("attente", 10, 1),
        ("entretien", 20, 1),
    ]


def test_closing_counts_each_dimension_apart(hall: Hall) -> None:
    matinee(hall)
    with time_machine.travel(a(19)):
        cloturer_journee(journee_courante())
    langues = ComptageDimension.objects.filter(dimension="langue").values_list("valeur", "nombre")
    heures = ComptageDimension.objects.filter(dimension="heure").values_list("valeur", "nombre")
    assert (list(langues), list(heures)) == ([("ar", 1), ("fr", 2)], [("11", 3)])


def test_after_closing_nothing_tells_one_visitor_from_another(hall: Hall) -> None:
    """Charter 4, "anonymat réciproque": only counters, and what belongs to the place, are left."""
    matinee(hall)
    with time_machine.travel(a(19)):
        cloturer_journee(journee_courante())
    assert lignes_restantes() <= QUI_RESTE


def test_closing_twice_counts_once(hall: Hall) -> None:
    matinee(hall)
    with time_machine.travel(a(19)):
        journee = journee_courante()
        assert [cloturer_journee(journee), cloturer_journee(journee)] == [3, 0]
    assert mesures()["emploi", "tickets"] == 2


def test_a_crash_in_the_middle_loses_nothing_and_counts_nothing_twice(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    matinee(hall)
    ajouter = comptage.ajouter

    def panne(releve: comptage.Releve) -> None:
        ajouter(releve)
        raise OSError("the power went off after the counters were written")

    with time_machine.travel(a(19)):
        monkeypatch.setattr(comptage, "ajouter", panne)
        with pytest.raises(OSError, match="power"):
            cloturer_journee(journee_courante())
        monkeypatch.undo()
        assert (Ticket.objects.count(), Comptage.objects.count()) == (3, 0)
        assert cloturer_journee(journee_courante()) == 3
    assert mesures()["emploi", "tickets"] == 2


def test_a_day_closed_too_early_goes_on_and_adds_up(hall: Hall) -> None:
    matinee(hall)
    with time_machine.travel(a(15)):
        cloturer_journee(journee_courante())
        assert hall.prendre("emploi").libelle == "E 003"
        assert Journee.objects.get().cloturee_le is None
        cloturer_journee(journee_courante())
    assert (mesures(matin=True)["emploi", "tickets"], mesures(matin=False)["emploi", "tickets"]) == (2, 1)


def test_zero_is_counted_where_a_pole_was_open_and_absent_where_it_was_not(hall: Hall) -> None:
    from cite.models import Horaire

    Horaire.objects.all().delete()
    with time_machine.travel(a(11)):
        hall.prendre("emploi", par_accueil=True)
        cloturer_journee(journee_courante())
    assert set(Comptage.objects.values_list("pole__code", flat=True)) == {"emploi"}
    assert Comptage.objects.filter(matin=False, mesure="tickets").values_list("nombre", flat=True).get() == 0


def test_passages_between_poles_are_counted(hall: Hall) -> None:
    with time_machine.travel(a(11)):
        hall.prendre("emploi")
        poste = hall.ouvrir("1", "emploi")
        ticket = hall.recevoir(poste)
        entretiens.passer(poste=poste, ticket_id=ticket.pk, pole=hall.pole("formation"), cle=nouvelle_cle())
        cloturer_journee(journee_courante())
    passages = ComptageDimension.objects.filter(dimension="passage").values_list("valeur", "nombre")
    assert list(passages) == [("emploi>formation", 1)]


def test_the_first_request_of_the_next_day_closes_the_day_before(hall: Hall, client_de: object) -> None:
    matinee(hall)
    with time_machine.travel(a(9, jours=1)):
        client_de("anonyme").get("/sante/")
    assert (Ticket.objects.count(), mesures()["emploi", "tickets"]) == (0, 2)


def test_the_counters_of_numbers_are_forgotten_after_two_days(hall: Hall) -> None:
    for jour in range(4):
        with time_machine.travel(a(11, jours=jour)):
            hall.prendre()
            cloturer_journee(journee_courante())
    assert FileAttente.objects.count() == 3


@pytest.mark.parametrize(
    ("instant", "jour"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), date(2026, 3, 28)),  # 1:30, before the clocks go forward
        (datetime(2026, 3, 29, 1, 59, tzinfo=UTC), date(2026, 3, 28)),  # 3:59, after them
        (datetime(2026, 3, 29, 2, 0, tzinfo=UTC), date(2026, 3, 29)),  # 4:00
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 24)),  # 2:30, the first time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 24)),  # 2:30, the second time
        (datetime(2026, 10, 25, 3, 0, tzinfo=UTC), date(2026, 10, 25)),  # 4:00
        (datetime(2026, 7, 14, 22, 30, tzinfo=UTC), date(2026, 7, 14)),  # 0:30 on the 15th: the evening of the 14th
    ],
)
def test_an_evening_past_midnight_and_both_daylight_saving_nights_belong_to_one_day(
    hall: Hall, instant: datetime, jour: date
) -> None:
    with time_machine.travel(instant):
        hall.prendre("emploi", par_accueil=True)
    assert Journee.objects.get().date == jour


def test_an_evening_past_midnight_is_not_closed_under_its_visitors(hall: Hall) -> None:
    with time_machine.travel(a(23, 50)):
        hall.prendre()
    with time_machine.travel(a(24, 30)):
        assert cloturer_journees_passees() == 0
        assert hall.prendre().libelle == "E 002"


def test_the_command_closes_the_day_and_says_what_it_counted(hall: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    hall.prendre()
    call_command("cloturer_journee", "--malgre-les-presents")
    assert "1 ticket compté" in capsys.readouterr().out


def test_the_command_refuses_to_wipe_a_hall_where_people_wait(hall: Hall) -> None:
    hall.prendre()
    with pytest.raises(CommandError, match="1 personne"):
        call_command("cloturer_journee")
    assert Ticket.objects.count() == 1

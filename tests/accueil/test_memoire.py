"""What a process keeps in memory: read once, forgotten when a row changes, never longer than said."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accueil.models import Ticket
from cite import memoire
from cite.models import Pole, Question, Reglages
from tests.accueil.conftest import Hall
from tests.lieu import client_pour

pytestmark = pytest.mark.usefixtures("lieu")


def test_settings_are_read_once() -> None:
    Reglages.lire()
    with CaptureQueriesContext(connection) as requetes:
        assert Reglages.lire() is Reglages.lire()
    assert len(requetes) == 0


def test_a_saved_row_is_seen_at_once() -> None:
    Reglages.lire()
    Reglages(nom_cite="Cité des métiers du Val").save()
    assert Reglages.lire().nom_cite == "Cité des métiers du Val"


def test_a_deleted_row_is_forgotten_at_once() -> None:
    question = Question.objects.get(slug="je-veux-creer")
    assert question in Question.posees()
    question.delete()
    assert question not in Question.posees()


def test_what_another_process_changed_is_seen_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memoire, "DUREE_S", 2.0)
    horloge = [100.0]
    monkeypatch.setattr(memoire.time, "monotonic", lambda: horloge[0])
    avant = Pole.actifs()
    Pole.objects.filter(code="activite").update(actif=False)  # says nothing to this process, as another one would
    horloge[0] += 2.0
    assert Pole.actifs() == avant
    horloge[0] += 0.1
    assert [pole.code for pole in avant if pole not in Pole.actifs()] == ["activite"]


def test_a_row_finds_its_references_in_memory_instead_of_asking(hall: Hall) -> None:
    pris = hall.prendre("emploi", question=Question.objects.get(slug="je-cherche-un-emploi"))
    Question.de_memoire()
    with CaptureQueriesContext(connection) as requetes:
        ticket = Ticket.objects.get(pk=pris.pk)
        assert (ticket.libelle, ticket.pole.code, ticket.question and ticket.question.slug) == (
            "E 001", "emploi", "je-cherche-un-emploi",
        )  # fmt: skip
    assert len(requetes) == 1


def test_a_reference_that_is_not_in_memory_yet_is_asked_for(hall: Hall) -> None:
    Pole.de_memoire()
    Pole.objects.bulk_create([Pole(code="neuf", lettre="Z", nom="Neuf", nom_court="Neuf", picto="main")])  # no signal
    pris = hall.prendre("emploi")
    Ticket.objects.filter(pk=pris.pk).update(pole=Pole.objects.get(code="neuf"))
    assert Ticket.objects.get(pk=pris.pk).pole.code == "neuf"


def test_a_refused_form_of_the_admin_changes_nothing_in_memory() -> None:
    avant = Reglages.lire().depassements_max
    page = client_pour("coordination").post("/admin/cite/reglages/1/change/", {"depassements_max": "12"})
    assert (page.status_code, Reglages.lire().depassements_max) == (200, avant)

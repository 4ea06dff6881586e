"""The two database engines of the house, where they differ from Django's."""

import threading

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql import base

from cite.models import Institution

PG = connection.vendor == "postgresql"


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_link_that_has_just_answered_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    demandes: list[bool] = []
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda self: demandes.append(True) or True)
    connection._servie = 0.0
    assert [connection.is_usable() for _ in range(3)] == [True, True, True]
    assert len(demandes) == 1


@pytest.mark.skipif(PG, reason="about the queue of SQLite's writers")
@pytest.mark.django_db(transaction=True)
def test_a_writer_of_sqlite_waits_for_the_one_before_however_long() -> None:
    commence, fini = threading.Event(), threading.Event()

    def ecrire() -> None:
        commence.set()
        with transaction.atomic():
            Institution.objects.create(nom="La seconde")
        fini.set()
        connection.close()

    with transaction.atomic():
        Institution.objects.create(nom="La première")
        autre = threading.Thread(target=ecrire)
        autre.start()
        assert commence.wait(10) and not fini.wait(0.5), "two writers at once"
    autre.join(10)
    assert list(Institution.objects.order_by("pk").values_list("nom", flat=True)) == ["La première", "La seconde"]

"""The SQLite engine of the house, where it differs from Django's."""

import threading

import pytest
from django.db import connection, transaction

from cite.models import Institution


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about the queue of SQLite's writers")
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

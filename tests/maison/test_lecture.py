"""Every view says whether it reads or writes, and a reader that writes fails."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accueil.models import Guichet
from cite.droits import Droit, acces
from cite.lecture import EcritureInterdite, lecture_seule
from tests.maison.adresses import adresses, vue_de


@pytest.mark.parametrize(("nom", "motif"), [(n, m) for n, m in adresses() if not n.startswith("admin:")])
def test_every_view_declares_its_right_and_whether_it_writes(nom: str, motif: object) -> None:
    vue = vue_de(motif)
    assert isinstance(getattr(vue, "droit", None), Droit), f"{nom} has no @acces"
    assert "POST" in vue.methodes or not vue.ecrit, f"{nom} writes, and only POST writes"


def vue_qui_ecrit(request: HttpRequest) -> HttpResponse:
    Guichet.objects.create(nom="9")
    return HttpResponse("written")


@pytest.mark.django_db
@pytest.mark.parametrize("methode", ["get", "post"])
def test_a_reading_view_that_writes_fails(methode: str) -> None:
    vue = acces(Droit.VOIR_PUBLIC, methodes=("GET", "POST"))(vue_qui_ecrit)
    with pytest.raises(EcritureInterdite):
        vue(getattr(RequestFactory(), methode)("/"))


@pytest.mark.django_db(transaction=True)
def test_a_writing_view_reads_only_on_get_and_writes_on_post() -> None:
    vue = acces(Droit.VOIR_PUBLIC, ecrit=True, methodes=("GET", "POST"))(vue_qui_ecrit)
    with pytest.raises(EcritureInterdite):
        vue(RequestFactory().get("/"))
    assert vue(RequestFactory().post("/")).content == b"written"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "geste",
    [
        lambda: Guichet.objects.create(nom="9"),
        lambda: Guichet.objects.filter(nom="1").update(ordre=3),
        lambda: Guichet.objects.all().delete(),
    ],
    ids=["insert", "update", "delete"],
)
def test_the_guard_refuses_every_kind_of_write(geste: object) -> None:
    Guichet.objects.create(nom="1")
    with lecture_seule(), pytest.raises(EcritureInterdite):
        geste()


@pytest.mark.django_db
def test_the_guard_lets_reads_pass() -> None:
    with lecture_seule():
        assert list(Guichet.objects.filter(nom="x")) == []

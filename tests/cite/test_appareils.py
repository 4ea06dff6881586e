"""Paired devices: a code shown once, a token in a signed cookie, nothing but hashes in the database."""

import pytest
import time_machine
from django.test import Client

from cite import appareils, jetons
from cite.models import Appareil
from cite.refus import Invalide
from tests.accueil.conftest import a
from tests.lieu import ClientDe


@pytest.fixture
def borne(lieu: None) -> Appareil:
    return Appareil.objects.create(nom="entree", genre="borne")


def test_a_code_pairs_once(borne: Appareil) -> None:
    code = appareils.preparer_appairage(borne)
    assert appareils.appairer(code)[0] == borne
    with pytest.raises(Invalide):
        appareils.appairer(code)


def test_a_code_lives_one_hour(borne: Appareil) -> None:
    with time_machine.travel(a(10)):
        code = appareils.preparer_appairage(borne)
    with time_machine.travel(a(11, 1)), pytest.raises(Invalide):
        appareils.appairer(code)


def test_neither_code_nor_token_is_stored(borne: Appareil) -> None:
    code = appareils.preparer_appairage(borne)
    borne.refresh_from_db()
    _, jeton = appareils.appairer(code)
    pose = Appareil.objects.get()
    assert (borne.code_empreinte, pose.jeton_empreinte) == (jetons.empreinte(code), jetons.empreinte(jeton))


def test_typing_the_code_on_the_device_opens_its_surface(borne: Appareil) -> None:
    client = Client()
    saisie = appareils.preparer_appairage(borne).lower().replace("-", " ")
    reponse = client.post("/appairage/", {"code": saisie})
    assert (reponse.status_code, reponse.url) == (302, "/borne/")
    assert client.get("/borne/").status_code == 200


@pytest.mark.parametrize("saisie", ["", "AAAAA-AAAAA-A", "é", "0" * 300, "<script>"])
def test_a_wrong_code_is_said_wrong_and_keeps_what_was_typed(borne: Appareil, saisie: str) -> None:
    reponse = Client().post("/appairage/", {"code": saisie})
    assert (reponse.status_code, reponse.context["form"]["code"].value()) == (422, saisie)


def test_a_revoked_device_opens_nothing_any_more(client_de: ClientDe) -> None:
    client = client_de("borne")
    assert client.get("/borne/").status_code == 200
    appareils.revoquer(Appareil.objects.get(nom="essai-borne"))
    assert client.get("/borne/").url == "/connexion/?next=/borne/"


@pytest.mark.parametrize("cookie", ["", "x", "x:y", "jeton:" + "A" * 43])
def test_a_forged_cookie_opens_nothing(lieu: None, cookie: str) -> None:
    client = Client()
    client.cookies["appareil-borne"] = cookie
    assert client.get("/borne/").status_code == 302


def test_a_screen_is_not_a_kiosk(client_de: ClientDe) -> None:
    assert client_de("ecran").get("/borne/").status_code == 302


def test_the_admin_shows_the_code_of_a_new_device_once(client_de: ClientDe) -> None:
    client = client_de("technique")
    page = client.post("/admin/cite/appareil/add/", {"nom": "entree", "genre": "borne", "poles": []}, follow=True)
    code = page.content.decode().split("<strong>")[1].split("</strong>")[0]
    assert appareils.appairer(code)[0].nom == "entree"
    assert code not in client.get("/admin/cite/appareil/").content.decode()


@pytest.mark.parametrize(("saisie", "lu"), [("oil", None), ("", None), ("U" * 11, None)])
def test_a_text_that_cannot_be_a_code_is_not_one(saisie: str, lu: None) -> None:
    assert jetons.lire_code(saisie) is lu


def test_a_code_is_read_as_people_type_it() -> None:
    code = jetons.nouveau_code()
    tape = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert jetons.lire_code(tape) == code


def test_one_wrong_character_is_always_caught() -> None:
    code = jetons.nouveau_code()
    fautes = [code[:3] + lettre + code[4:] for lettre in jetons.ALPHABET if lettre != code[3]]
    assert [jetons.lire_code(faute) for faute in fautes] == [None] * 31

"""Sign-in, health, the demonstration, headers, refusals."""

import pytest
from django.test import Client

from accueil.regles.portes import Porte, regler_porte
from cite.models import Agent, Pole
from tests.lieu import ClientDe, client_pour


@pytest.mark.parametrize(
    ("role", "chez_soi"),
    [
        ("accueil", "/accueil/"),
        ("conseil", "/guichet/"),
        ("coordination", "/accueil/"),
        ("technique", "/admin/"),
        ("partenaire", "/admin/"),
    ],
)
def test_signing_in_leads_to_one_s_own_work(lieu: None, role: str, chez_soi: str) -> None:
    client_pour(role)
    agent = Agent.objects.get()
    agent.set_password("une longue phrase de passe")
    agent.save()
    saisie = {"username": f"essai-{role}", "password": "une longue phrase de passe"}
    assert Client().post("/connexion/", saisie).url == chez_soi


def test_a_wrong_password_keeps_the_identifier_and_does_not_say_which_was_wrong(lieu: None) -> None:
    reponse = Client().post("/connexion/", {"username": "conseil-1", "password": "x"})
    assert reponse.context["form"]["username"].value() == "conseil-1"
    assert reponse.context["form"].non_field_errors() == [
        "Identifiant ou mot de passe inexact. Respectez les minuscules et les majuscules."
    ]


def test_signing_in_leaves_no_date(lieu: None) -> None:
    """An account keeps no trace of when it was last used."""
    client_pour("conseil")
    assert "last_login" not in {champ.name for champ in Agent._meta.get_fields()}


def test_a_deactivated_account_loses_its_rights_at_once(client_de: ClientDe) -> None:
    client = client_de("accueil")
    Agent.objects.update(is_active=False)
    assert client.get("/accueil/").status_code == 302


def test_signing_out_takes_a_post(client_de: ClientDe) -> None:
    assert client_de("accueil").get("/deconnexion/").status_code == 405


def test_signing_out_closes_the_session(client_de: ClientDe) -> None:
    client = client_de("accueil")
    client.post("/deconnexion/")
    assert client.get("/accueil/").url == "/connexion/?next=/accueil/"


def test_the_wrong_role_is_refused_in_plain_words(client_de: ClientDe) -> None:
    reponse = client_de("partenaire").get("/accueil/")
    assert reponse.status_code == 403
    assert reponse.context["refus"].phrase == "Cette page n’est pas ouverte depuis ce poste ou avec ce compte."


def test_health_says_ok(client_de: ClientDe) -> None:
    assert client_de("anonyme").get("/sante/").content == b"ok\n"


def test_the_demonstration_does_not_exist_in_production(client_de: ClientDe) -> None:
    assert client_de("anonyme").get("/demo/").status_code == 404


def test_in_demonstration_one_tap_makes_this_browser_a_kiosk(client_de: ClientDe, settings: object) -> None:
    settings.DEMO = True
    client = client_de("anonyme")
    assert client.get("/demo/").status_code == 200
    assert client.post("/demo/", {"genre": "borne"}).url == "/borne/"
    assert client.get("/borne/").status_code == 200


def test_in_demonstration_an_unknown_device_is_refused(client_de: ClientDe, settings: object) -> None:
    settings.DEMO = True
    assert client_de("anonyme").post("/demo/", {"genre": "grille-pain"}).status_code == 422


@pytest.mark.parametrize("adresse", ["/", "/connexion/", "/appairage/", "/sante/", "/borne/", "/rien/"])
def test_every_answer_carries_its_security_headers(client_de: ClientDe, adresse: str) -> None:
    entetes = client_de("anonyme").get(adresse).headers
    assert "default-src 'none'" in entetes["Content-Security-Policy"].split("; ")
    assert "unsafe" not in entetes["Content-Security-Policy"]
    assert (entetes["X-Content-Type-Options"], entetes["X-Frame-Options"]) == ("nosniff", "DENY")
    assert entetes["Referrer-Policy"] == "same-origin"
    assert entetes["Permissions-Policy"].startswith("accelerometer=()")
    assert "no-store" in entetes["Cache-Control"]


def test_an_unknown_page_is_a_calm_404(client_de: ClientDe) -> None:
    reponse = client_de("anonyme").get("/nulle-part/")
    assert (reponse.status_code, "404.html" in [t.name for t in reponse.templates]) == (404, True)


def test_the_home_speaks_the_visitor_s_language_and_forgets_it(client_de: ClientDe) -> None:
    client = client_de("anonyme")
    assert 'dir="rtl"' in client.get("/ar/").content.decode()
    assert (client.cookies.keys(), 'lang="fr"' in client.get("/").content.decode()) == ({}.keys(), True)


def test_the_home_shows_the_doors_as_the_reception_set_them(lieu: None, client_de: ClientDe) -> None:
    regler_porte(pole=Pole.objects.get(code="emploi"), porte=Porte.FERMEE)
    poles = client_de("anonyme").get("/").context["poles"]
    assert [etat.pole.code for etat in poles if not etat.ouverture.ouvert] == ["emploi"]

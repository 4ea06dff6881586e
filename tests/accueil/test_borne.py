"""The kiosk: a question, one tap, a number that only its holder sees, and never a dead end."""

from __future__ import annotations

import logging
import re
from datetime import datetime, time, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accueil.etats import Etat
from accueil.models import FileAttente, Ticket
from accueil.regles import portes
from accueil.regles.gestes import nouvelle_cle
from accueil.regles.tickets import jeton_du_ticket
from cite.models import Appareil, Fermeture, Horaire, Pole, Question, Reglages
from tests.accueil.conftest import Hall, a
from tests.lieu import ClientDe

EMPLOI = "/borne/je-cherche-un-emploi/"


@pytest.fixture
def borne(client_de: ClientDe) -> Client:
    return client_de("borne")


def texte(reponse: HttpResponse) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", reponse.content.decode())))


def cle_de(reponse: HttpResponse) -> str:
    return re.search(r'name="cle" value="([^"]+)"', reponse.content.decode())[1]


def fermer(*codes: str) -> None:
    for code in codes:
        portes.regler_porte(pole=Pole.objects.get(code=code), porte=FileAttente.Porte.FERMEE)


def prendre(borne: Client, adresse: str = EMPLOI, **champs: str) -> HttpResponse:
    return borne.post(adresse, {"cle": nouvelle_cle()} | champs)


# ------------------------------------------------------------------------------------------------ first page
def test_first_page_shows_each_question_in_its_own_words(borne: Client) -> None:
    vus = re.findall(r'<b class="phrase">(.*?)</b>', borne.get("/borne/").content.decode())
    assert [unescape(vu) for vu in vus] == list(Question.objects.values_list("phrase", flat=True))


def test_first_page_shows_the_questions_in_the_language_of_its_address(borne: Client) -> None:
    reponse = borne.get("/es/borne/")
    assert '<html lang="es" dir="ltr"' in reponse.content.decode()
    assert "Busco un empleo" in texte(reponse)


def test_leaving_the_address_forgets_the_language(borne: Client) -> None:
    borne.get("/ar/borne/")
    assert '<html lang="fr"' in borne.get("/borne/", headers={"Accept-Language": "ar"}).content.decode()


@pytest.mark.parametrize(("reglees", "offertes"), [([], ["fr", "en", "es", "ar", "uk"]), (["uk"], ["fr", "uk"])])
def test_first_page_offers_the_languages_of_the_place_and_always_french(
    borne: Client, reglees: list[str], offertes: list[str]
) -> None:
    Reglages(langues=reglees).save()
    assert re.findall(r'hreflang="(\w+)"', borne.get("/borne/").content.decode()) == offertes


def test_first_page_counts_who_waits_and_names_nobody(borne: Client, hall: Hall) -> None:
    hall.prendre("emploi")
    hall.prendre("emploi")
    hall.prendre("formation")
    dit = texte(borne.get("/borne/"))
    assert (dit.count("2 personnes attendent"), dit.count("1 personne attend "), dit.count("Personne n’attend")) == (
        1,
        1,
        4,
    )


def test_first_page_says_when_a_closed_pole_opens_again(borne: Client) -> None:
    Horaire.objects.create(pole=Pole.objects.get(code="emploi"), jour=1, ouvre=time(14), ferme=time(18))
    with time_machine.travel(a(11)):
        assert "Je cherche un emploi CV, candidatures, entretiens d’embauche Fermé Rouvre à 14 h" in texte(
            borne.get("/borne/")
        )


def test_first_page_says_that_the_whole_place_is_closed(borne: Client) -> None:
    Horaire.objects.all().delete()
    Horaire.objects.create(jour=2, ouvre=time(10), ferme=time(18))
    with time_machine.travel(a(11)):
        assert "La Cité est fermée. Rouvre demain à 10 h." in texte(borne.get("/borne/"))


def test_fragment_holds_only_what_changes(borne: Client) -> None:
    reponse = borne.get("/borne/", headers={"HX-Request": "true"})
    questions = re.findall(r'data-question="([^"]+)" data-ouvert="oui"', reponse.content.decode())
    assert questions == list(Question.objects.values_list("slug", flat=True))
    assert "<html" not in reponse.content.decode()


def test_only_a_paired_kiosk_or_the_staff_sees_the_first_page(client_de: ClientDe) -> None:
    statuts = {role: client_de(role).get("/borne/").status_code for role in ("anonyme", "ecran", "borne", "accueil")}
    assert statuts == {"anonyme": 302, "ecran": 302, "borne": 200, "accueil": 200}


# ------------------------------------------------------------------------------------------------ taking a number
def test_one_tap_gives_the_number_of_the_question_s_pole(borne: Client) -> None:
    cle = cle_de(borne.get(EMPLOI))
    reponse = borne.post(EMPLOI, {"cle": cle})
    assert (reponse.status_code, reponse["Location"]) == (303, f"/borne/ticket/{jeton_du_ticket(cle)}/")
    ticket = Ticket.objects.get()
    assert (ticket.libelle, ticket.question.slug, ticket.langue) == ("E 001", "je-cherche-un-emploi", "fr")


def test_a_tap_in_another_language_keeps_it_on_the_ticket_and_on_its_page(borne: Client) -> None:
    reponse = prendre(borne, f"/uk{EMPLOI}")
    assert reponse["Location"].startswith("/uk/borne/ticket/")
    assert Ticket.objects.get().langue == "uk"


def test_a_double_tap_gives_the_same_ticket(borne: Client) -> None:
    cle = nouvelle_cle()
    adresses = [borne.post(EMPLOI, {"cle": cle})["Location"] for _ in range(3)]
    assert len(set(adresses)) == 1
    assert Ticket.objects.count() == 1


def test_a_tap_without_csrf_token_takes_nothing(client_de: ClientDe) -> None:
    assert prendre(client_de("borne", csrf=True)).status_code == 403
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("cle", ["", "x", "20260310-" + "é" * 22, "\0", "9" * 5000, "'; drop table"])
def test_garbage_in_the_form_takes_nothing_and_gives_a_fresh_form(borne: Client, cle: str) -> None:
    reponse = borne.post(EMPLOI, {"cle": cle, "accueil": "\0ÿ"})
    assert reponse.status_code == 422
    assert "Votre demande n’est pas arrivée. Touchez encore une fois le bouton." in texte(reponse)
    assert borne.post(EMPLOI, {"cle": cle_de(reponse)}).status_code == 303


def test_a_form_of_yesterday_takes_nothing_and_gives_a_fresh_form(borne: Client) -> None:
    with time_machine.travel(a(11)):
        cle = cle_de(borne.get(EMPLOI))
    with time_machine.travel(a(11, jours=1)):
        reponse = borne.post(EMPLOI, {"cle": cle})
        assert (reponse.status_code, Ticket.objects.count()) == (409, 0)
        assert "Cette page attendait depuis un autre jour." in texte(reponse)
        assert borne.post(EMPLOI, {"cle": cle_de(reponse)}).status_code == 303


@pytest.mark.parametrize("adresse", ["/borne/rien/", "/borne/%00/", "/borne/é%FF/", f"/borne/{'a' * 900}/"])
@pytest.mark.parametrize("methode", ["get", "post"])
def test_a_question_that_is_not_there_leads_back(borne: Client, adresse: str, methode: str) -> None:
    reponse = getattr(borne, methode)(adresse)
    assert reponse.status_code == 404
    assert 'href="/borne/"' in reponse.content.decode()


def test_a_question_put_away_takes_no_number(borne: Client) -> None:
    Pole.objects.filter(code="emploi").update(actif=False)
    assert (prendre(borne).status_code, Ticket.objects.count()) == (404, 0)


# ------------------------------------------------------------------------------------------------ closed poles
def test_a_closed_pole_says_when_it_opens_and_offers_accueil(borne: Client) -> None:
    Horaire.objects.create(pole=Pole.objects.get(code="emploi"), jour=1, ouvre=time(14), ferme=time(18))
    with time_machine.travel(a(11)):
        reponse = borne.get(EMPLOI)
        dit = texte(reponse)
        assert "Le pôle « Trouver un emploi » est fermé. Rouvre à 14 h." in dit
        assert "Prendre un numéro pour l’accueil" in dit
        borne.post(EMPLOI, {"cle": cle_de(reponse), "accueil": "oui"})
        ticket = Ticket.objects.get()
    assert (ticket.libelle, ticket.question.slug) == ("A 001", "je-cherche-un-emploi")


def test_a_pole_that_closes_between_page_and_tap_loses_nothing(borne: Client) -> None:
    cle = cle_de(borne.get(EMPLOI))
    fermer("emploi")
    reponse = borne.post(EMPLOI, {"cle": cle})
    assert (reponse.status_code, Ticket.objects.count()) == (409, 0)
    assert "Ce pôle vient de fermer. Aucun numéro n’a été pris." in texte(reponse)
    assert prendre(borne, accueil="oui").status_code == 303


def test_accueil_closed_too_says_so_and_offers_no_button(borne: Client) -> None:
    fermer("emploi", "accueil")
    reponse = borne.get(EMPLOI)
    assert "L’accueil ne donne pas de numéro en ce moment." in texte(reponse)
    assert '<form method="post"' not in reponse.content.decode()


def test_a_closed_place_says_when_it_opens_and_why_it_is_closed(borne: Client) -> None:
    with time_machine.travel(a(11)):
        Fermeture.objects.create(debut=a(8), fin=a(10, jours=1), motif="Inventaire.")
        assert "La Cité est fermée. Rouvre demain à 10 h. Inventaire." in texte(borne.get(EMPLOI))
        assert (prendre(borne, accueil="oui").status_code, Ticket.objects.count()) == (409, 0)


def test_accueil_asked_for_where_there_is_none_gives_the_question_s_own_pole(borne: Client) -> None:
    Pole.objects.update(est_accueil=False)
    prendre(borne, accueil="oui")
    assert Ticket.objects.get().pole.code == "emploi"


# ------------------------------------------------------------------------------------------------ the number
def test_ticket_page_shows_the_number_and_who_is_before(borne: Client, hall: Hall) -> None:
    hall.prendre("emploi")
    hall.prendre("formation")
    dit = texte(borne.get(prendre(borne)["Location"]))
    assert "Votre numéro E 002 Trouver un emploi 1 personne attend avant vous" in dit


def test_ticket_page_follows_a_visitor_moved_to_another_pole(borne: Client) -> None:
    adresse = prendre(borne)["Location"]
    Ticket.objects.update(pole=Pole.objects.get(code="formation"))
    assert "Votre numéro E 001 Trouver une formation" in texte(borne.get(adresse))


def test_ticket_page_forgets_after_two_minutes(borne: Client) -> None:
    with time_machine.travel(a(11)) as horloge:
        adresse = prendre(borne)["Location"]
        horloge.shift(timedelta(seconds=119))
        assert borne.get(adresse).status_code == 200
        horloge.shift(timedelta(seconds=2))
        assert borne.get(adresse).status_code == 410


def test_expired_forged_and_unknown_tokens_get_the_same_answer(borne: Client) -> None:
    with time_machine.travel(a(11)) as horloge:
        adresse = prendre(borne)["Location"]
        horloge.shift(timedelta(minutes=3))
        adresses = [adresse, adresse[:-2] + "0/", "/borne/ticket/x/", "/borne/ticket/%00é/"]
        reponses = [borne.get(adresse) for adresse in adresses]
    assert {(reponse.status_code, reponse.content) for reponse in reponses} == {(410, reponses[0].content)}
    assert 'href="/borne/"' in reponses[0].content.decode()


def test_ticket_page_leaves_no_trace(borne: Client) -> None:
    adresse = prendre(borne)["Location"]
    reponse = borne.get(adresse)
    entetes = {nom: reponse[nom] for nom in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")}
    assert entetes == {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    assert "E 001" not in re.search(r"<title>(.*?)</title>", reponse.content.decode(), re.S)[1]


def test_token_reaches_no_log(borne: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with time_machine.travel(a(11)) as horloge:
        adresse = prendre(borne)["Location"]
        borne.get(adresse)
        horloge.shift(timedelta(minutes=3))
        borne.get(adresse)
    ecrit = [gestion.format(ligne) for gestion in logging.getLogger("django").handlers for ligne in caplog.records]
    jeton = adresse.split("/")[-2]
    assert [ligne for ligne in ecrit if jeton in ligne] == []
    assert any("Gone: /borne/ticket/…/" in ligne for ligne in ecrit)


@pytest.mark.parametrize(
    ("role", "imprime", "papier"),
    [
        ("borne", True, ("auto", "Imprimer encore")),
        ("borne", False, (None, None)),
        ("accueil", False, (None, "Imprimer mon ticket")),
    ],
)
def test_paper_is_offered_where_there_is_a_printer(
    client_de: ClientDe, role: str, imprime: bool, papier: tuple[str | None, str | None]
) -> None:
    client = client_de(role)
    Appareil.objects.update(imprime=imprime)
    page = client.get(prendre(client)["Location"]).content.decode()
    auto = re.search(r'data-impression="(\w+)"', page)
    bouton = re.search(r"data-imprimer hidden>.*?</svg>(.*?)</button>", page, re.S)
    assert (auto and auto[1], bouton and bouton[1].strip()) == papier
    assert ("ticket-imprime" in page) is (papier[1] is not None)


def test_paper_says_day_and_hour_in_the_visitor_s_language_and_french_for_helpers(client_de: ClientDe) -> None:
    client = client_de("accueil")
    with time_machine.travel(a(11, 42)):
        page = client.get(prendre(client, f"/en{EMPLOI}")["Location"]).content.decode()
    papier = page[page.index("ticket-imprime") :]
    assert "Tuesday 10 March · 11:42" in papier
    assert papier.index("Finding a job") < papier.index('lang="fr"') < papier.index("Trouver un emploi")


# ------------------------------------------------------------------------------------------------ going back by itself
@pytest.mark.parametrize(
    ("adresse", "retour"),
    [("/borne/", None), ("/es/borne/", "60"), (EMPLOI, "60"), ("/borne/rien/", "20"), ("/borne/ticket/x/", "20")],
)
def test_pages_go_back_to_the_start_by_themselves_with_or_without_javascript(
    borne: Client, adresse: str, retour: str | None
) -> None:
    page = borne.get(adresse).content.decode()
    script = re.search(r'data-retour="(\d+)"', page)
    sans = re.search(r'<noscript><meta http-equiv="refresh" content="(\d+);url=/borne/"></noscript>', page)
    assert (script and script[1], sans and sans[1]) == (retour, retour)


def test_number_stays_as_long_as_the_place_wants(borne: Client) -> None:
    Reglages(numero_affiche_s=75).save()
    assert 'data-retour="75"' in borne.get(prendre(borne)["Location"]).content.decode()


# ------------------------------------------------------------------------------------------------ cost
def _requetes(borne: Client, adresse: str) -> list[str]:
    borne.get(adresse)
    with CaptureQueriesContext(connection) as capture:
        assert borne.get(adresse).status_code == 200
    return [requete["sql"] for requete in capture]


def test_question_page_asks_the_database_two_things(borne: Client) -> None:
    # doors, who waits (devices, questions, poles, hours and closures are kept in memory)
    assert len(_requetes(borne, EMPLOI)) == 2


def test_ticket_page_asks_the_database_two_things(borne: Client) -> None:
    # the ticket, who waits before
    assert len(_requetes(borne, prendre(borne)["Location"])) == 2


def test_first_page_asks_as_much_whatever_the_crowd(borne: Client, hall: Hall) -> None:
    avant = len(_requetes(borne, "/borne/"))
    for code in ("emploi", "formation", "changer") * 3:
        hall.prendre(code)
    assert len(_requetes(borne, "/borne/")) == avant


def test_a_visit_opens_no_session(borne: Client) -> None:
    borne.get("/borne/")
    borne.get(EMPLOI)
    borne.get(prendre(borne)["Location"])
    assert set(borne.cookies) == {"appareil-borne", "csrftoken"}


def test_waiting_counts_leave_out_who_is_called_or_gone(borne: Client, hall: Hall) -> None:
    for etat in (Etat.PARTI, Etat.ABSENT, Etat.EN_PAUSE):
        hall.prendre()
        Ticket.objects.filter(etat=Etat.EN_ATTENTE).update(etat=etat)
    assert "Avant vous Personne" in texte(borne.get(EMPLOI))


def test_clock_moves_do_not_take_a_number_away(borne: Client) -> None:
    with time_machine.travel(a(11)):
        adresse = prendre(borne)["Location"]
    with time_machine.travel(a(10)):  # someone set the server's clock back
        assert borne.get(adresse).status_code == 200
        assert isinstance(Ticket.objects.get().arrivee, datetime)

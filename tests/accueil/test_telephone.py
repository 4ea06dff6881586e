"""A number on one's own telephone: for people in the hall, without anyone being known, and not ten thousand of them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accueil.models import FenetrePresence, FileAttente, Journee, Ticket
from accueil.regles import portes, presence, tickets
from accueil.regles.gestes import nouvelle_cle
from accueil.regles.journee import cloturer_journee
from accueil.regles.tickets import jeton_du_ticket, jeton_retrouve
from cite import qr
from cite.models import Appareil, Pole, Question, Reglages
from cite.refus import Refus
from tests.accueil.conftest import Hall, a
from tests.lieu import ClientDe

EMPLOI = "/ticket/je-cherche-un-emploi/"
SECONDE = timedelta(seconds=1)


def texte(reponse: HttpResponse) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", reponse.content.decode())))


def scanner(client: Client, quand: datetime | None = None, **options: object) -> HttpResponse:
    """Read the code that the screens show at an instant."""
    return client.get("/ticket/", {"p": presence.code_du_moment(quand or timezone.now())}, **options)


def passe(client: Client) -> str:
    return scanner(client)["Location"].partition("passe=")[2]


def prendre(client: Client, laissez_passer: str, **champs: str) -> HttpResponse:
    return client.post(EMPLOI, {"passe": laissez_passer.replace("%3A", ":"), "cle": nouvelle_cle()} | champs)


@pytest.fixture
def telephone(lieu: None) -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def horloge(lieu: None) -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(a(11), tick=False) as horloge_:
        yield horloge_


# ------------------------------------------------------------------------------------------------ being in the hall
def test_the_code_on_the_screen_opens_the_questions_of_the_kiosk(telephone: Client) -> None:
    reponse = scanner(telephone, follow=True)
    vus = re.findall(r'<b class="phrase">(.*?)</b>', reponse.content.decode())
    assert [unescape(vu) for vu in vus] == list(Question.objects.values_list("phrase", flat=True))
    assert reponse.redirect_chain[0][0].startswith("/ticket/?passe=")


@pytest.mark.parametrize(("age", "statut"), [(0, 302), (59, 302), (119, 302), (120, 410), (3600, 410), (-1, 410)])
def test_a_code_lives_two_minutes(telephone: Client, horloge: time_machine.Coordinates, age: int, statut: int) -> None:
    horloge.shift(age * SECONDE)
    assert scanner(telephone, a(11)).status_code == statut


def test_the_code_changes_every_minute(lieu: None) -> None:
    codes = [presence.code_du_moment(a(11) + n * SECONDE) for n in range(180)]
    assert [codes.count(code) for code in dict.fromkeys(codes)] == [60, 60, 60]


@pytest.mark.parametrize("code", ["x", "é\0", "0" * 16, "9" * 5000])
def test_a_forged_code_is_told_what_to_do_as_an_old_one_is(telephone: Client, code: str) -> None:
    reponse = telephone.get("/ticket/", {"p": code})
    ancien = scanner(telephone, timezone.now() - timedelta(hours=1))
    assert (reponse.status_code, reponse.content) == (410, ancien.content)
    assert "Regardez un écran d’appel du hall, et scannez le code qui s’y trouve maintenant." in texte(reponse)


@pytest.mark.parametrize("adresse", ["/ticket/", EMPLOI, "/ticket/?passe=x", f"{EMPLOI}?passe=1:2:3", "/ticket/rien/"])
def test_without_a_code_nobody_gets_further_than_how_to(telephone: Client, adresse: str) -> None:
    reponse = telephone.get(adresse)
    assert reponse.status_code == 403
    assert "Prenez votre numéro dans la Cité." in texte(reponse)
    assert "Ou prenez un numéro à la borne ou à l’accueil." in texte(reponse)


def test_having_read_the_screen_is_worth_ten_minutes(telephone: Client, horloge: time_machine.Coordinates) -> None:
    laissez_passer = passe(telephone)
    horloge.shift(timedelta(minutes=10))
    assert telephone.get(f"/ticket/?passe={laissez_passer}").status_code == 200
    horloge.shift(timedelta(seconds=2))
    assert telephone.get(f"/ticket/?passe={laissez_passer}").status_code == 410
    assert (prendre(telephone, laissez_passer).status_code, Ticket.objects.count()) == (410, 0)


def test_a_laissez_passer_that_was_changed_opens_nothing(telephone: Client) -> None:
    laissez_passer = passe(telephone)
    assert prendre(telephone, f"9{laissez_passer}").status_code == 403
    assert prendre(telephone, laissez_passer[:-1]).status_code == 403
    assert (Ticket.objects.count(), FenetrePresence.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("adresse", "accepte", "langues", "vers"),
    [
        ("/ticket/", "ar-MA,fr;q=0.5", [], "/ar/ticket/"),
        ("/ticket/", "ar", ["uk"], "/ticket/"),
        ("/ticket/", "de,it;q=0.8", [], "/ticket/"),
        ("/uk/ticket/", "ar", [], "/uk/ticket/"),
    ],
)
def test_the_first_page_speaks_the_language_of_the_telephone_if_the_place_does(
    telephone: Client, adresse: str, accepte: str, langues: list[str], vers: str
) -> None:
    Reglages(langues=langues).save()
    code = presence.code_du_moment(timezone.now())
    reponse = telephone.get(adresse, {"p": code}, headers={"Accept-Language": accepte})
    assert reponse["Location"].partition("?")[0] == vers


# ------------------------------------------------------------------------------------------------ taking a number
def test_one_tap_gives_a_number_and_leads_to_its_follow_up(telephone: Client) -> None:
    page = telephone.get(f"{EMPLOI}?passe={passe(telephone)}").content.decode()
    champs = dict(re.findall(r'name="(passe|cle)" value="([^"]+)"', page))
    reponse = telephone.post(EMPLOI, champs)
    assert (reponse.status_code, reponse["Location"]) == (303, f"/suivi/{jeton_du_ticket(champs['cle'])}/")
    ticket = Ticket.objects.get()
    assert (ticket.libelle, ticket.question.slug, ticket.langue) == ("E 001", "je-cherche-un-emploi", "fr")
    assert "Votre numéro E 001" in texte(telephone.get(reponse["Location"]))


def test_a_number_taken_in_another_language_keeps_it(telephone: Client) -> None:
    reponse = telephone.post(f"/uk{EMPLOI}", {"passe": passe(telephone).replace("%3A", ":"), "cle": nouvelle_cle()})
    assert reponse["Location"].startswith("/uk/suivi/")
    assert Ticket.objects.get().langue == "uk"


def test_a_double_tap_gives_the_same_ticket_and_counts_once(telephone: Client) -> None:
    laissez_passer, cle = passe(telephone), nouvelle_cle()
    adresses = {prendre(telephone, laissez_passer, cle=cle)["Location"] for _ in range(3)}
    assert (len(adresses), Ticket.objects.count(), FenetrePresence.objects.get().pris) == (1, 1, 1)


def test_a_closed_pole_offers_accueil_and_counts_nothing(telephone: Client) -> None:
    portes.regler_porte(pole=Pole.objects.get(code="emploi"), porte=FileAttente.Porte.FERMEE)
    laissez_passer = passe(telephone)
    reponse = prendre(telephone, laissez_passer)
    assert (reponse.status_code, FenetrePresence.objects.count()) == (409, 0)
    assert "Prendre un numéro pour l’accueil" in texte(reponse)
    assert prendre(telephone, laissez_passer, accueil="oui").status_code == 303
    assert Ticket.objects.get().libelle == "A 001"


def test_a_question_put_away_leads_back_to_the_others(telephone: Client) -> None:
    laissez_passer = passe(telephone)
    reponse = telephone.post("/ticket/rien/", {"passe": laissez_passer.replace("%3A", ":"), "cle": nouvelle_cle()})
    assert (reponse.status_code, reponse["Location"]) == (302, f"/ticket/?passe={laissez_passer}")


@pytest.mark.parametrize("cle", ["", "x", "20260310-" + "é" * 22, "9" * 5000])
def test_garbage_in_the_form_takes_nothing_and_gives_a_fresh_form(telephone: Client, cle: str) -> None:
    reponse = prendre(telephone, passe(telephone), cle=cle)
    assert (reponse.status_code, Ticket.objects.count()) == (422, 0)
    assert "Votre demande n’est pas arrivée." in texte(reponse)


# ------------------------------------------------------------------------------------------------ abuse
def test_one_code_is_worth_so_many_numbers_whoever_asks(telephone: Client) -> None:
    laissez_passer = passe(telephone)
    reponses = [prendre(telephone, laissez_passer) for _ in range(300)]
    statuts = [reponse.status_code for reponse in reponses]
    assert statuts == [303] * 20 + [429] * 280
    assert "Prenez un numéro à la borne ou à l’accueil, ou scannez de nouveau l’écran." in texte(reponses[-1])
    assert (Ticket.objects.count(), FileAttente.objects.get().dernier_numero) == (20, 20)
    assert FenetrePresence.objects.get().pris == 20


@pytest.mark.lent
def test_ten_thousand_numbers_asked_with_one_code_give_as_many_as_the_setting(lieu: None) -> None:
    Reglages(numeros_par_code=3).save()
    minute, pole, refuses = a(11), Pole.objects.get(code="emploi"), 0
    with time_machine.travel(a(11)):
        for _ in range(10_000):
            try:
                tickets.prendre_au_telephone(minute=minute, pole=pole, cle=nouvelle_cle())
            except presence.CodeEpuise:
                refuses += 1
    assert (Ticket.objects.count(), refuses, FenetrePresence.objects.get().pris) == (3, 9_997, 3)


def test_the_first_tap_keeps_its_ticket_when_the_code_is_used_up(lieu: None) -> None:
    Reglages(numeros_par_code=1).save()
    cle, pole = nouvelle_cle(), Pole.objects.get(code="emploi")
    minute = timezone.now().replace(second=0, microsecond=0)
    premier = tickets.prendre_au_telephone(minute=minute, pole=pole, cle=cle)
    with pytest.raises(Refus):
        tickets.prendre_au_telephone(minute=minute, pole=pole, cle=nouvelle_cle())
    assert tickets.prendre_au_telephone(minute=minute, pole=pole, cle=cle).pk == premier.pk


def test_each_minute_has_its_own_count(telephone: Client, horloge: time_machine.Coordinates) -> None:
    Reglages(numeros_par_code=1).save()
    premiere = passe(telephone)
    horloge.shift(timedelta(minutes=1))
    seconde = passe(telephone)
    statuts = [prendre(telephone, p).status_code for p in (premiere, premiere, seconde, seconde)]
    assert statuts == [303, 429, 303, 429]


def test_closing_forgets_the_counts_that_no_code_needs_any_more(hall: Hall) -> None:
    hall.prendre()
    vieille, vive = (timezone.now() - timedelta(minutes=n) for n in (13, 3))
    FenetrePresence.objects.bulk_create([FenetrePresence(minute=vieille), FenetrePresence(minute=vive)])
    cloturer_journee(Journee.objects.get())
    assert list(FenetrePresence.objects.values_list("minute", flat=True)) == [vive]


# ------------------------------------------------------------------------------------------------ no trace
def test_these_pages_set_no_cookie_and_tell_no_other_page_where_they_are(telephone: Client) -> None:
    laissez_passer = passe(telephone)
    reponses = [scanner(telephone), telephone.get("/ticket/"), telephone.get(f"/ticket/?passe={laissez_passer}"),
                telephone.get(f"{EMPLOI}?passe={laissez_passer}"), prendre(telephone, laissez_passer)]  # fmt: skip
    assert [dict(reponse.cookies) for reponse in reponses] == [{}] * 5
    for reponse in reponses:
        entetes = {nom: reponse[nom] for nom in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")}
        assert entetes == {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def test_neither_code_nor_laissez_passer_reaches_a_log(telephone: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    laissez_passer, ancien = passe(telephone), presence.code_du_moment(timezone.now() - timedelta(hours=1))
    telephone.get("/ticket/", {"p": ancien})
    telephone.get(f"/ticket/?passe={laissez_passer}x")
    ecrit = [gestion.format(ligne) for gestion in logging.getLogger("django").handlers for ligne in caplog.records]
    assert [ligne for ligne in ecrit if ancien in ligne or laissez_passer[:30] in ligne] == []


# ------------------------------------------------------------------------------------------------ the codes shown
def dessin(reponse: HttpResponse) -> str:
    return re.search(r"<svg viewBox=\"0 0 \d+ \d+\">.*?</svg>", reponse.content.decode(), re.S)[0]


def test_the_screen_shows_the_code_of_the_minute(client_de: ClientDe, horloge: time_machine.Coordinates) -> None:
    ecran = client_de("ecran")
    for _ in range(3):
        attendu = qr.svg(f"http://testserver/ticket/?p={presence.code_du_moment(timezone.now())}")
        assert dessin(ecran.get("/ecran/essai-ecran/code/")) == attendu
        assert attendu in ecran.get("/ecran/essai-ecran/").content.decode()
        horloge.shift(timedelta(minutes=1))


def test_the_hall_s_fragment_does_not_change_with_the_code(client_de: ClientDe, hall: Hall) -> None:
    hall.prendre()
    ecran = client_de("ecran")
    assert "<svg viewBox=" not in ecran.get("/ecran/essai-ecran/", headers={"HX-Request": "true"}).content.decode()


def test_no_code_is_shown_while_no_pole_gives_numbers(client_de: ClientDe) -> None:
    ecran = client_de("ecran")
    for pole in Pole.objects.all():
        portes.regler_porte(pole=pole, porte=FileAttente.Porte.FERMEE)
    assert ecran.get("/ecran/essai-ecran/code/").content.decode().strip() == ""


def test_a_screen_gets_the_code_under_its_own_name_only(client_de: ClientDe) -> None:
    Appareil.objects.create(nom="etage", genre="ecran")
    ecran = client_de("ecran")
    assert [ecran.get(f"/ecran/{nom}/code/").status_code for nom in ("essai-ecran", "etage", "rien")] == [200, 404, 404]


@pytest.mark.parametrize("langue", ["fr", "ar"])
def test_kiosk_paper_and_reprint_lead_to_the_follow_up_in_the_visitor_s_language(
    client_de: ClientDe, langue: str
) -> None:
    prefixe = "" if langue == "fr" else f"/{langue}"
    borne = client_de("borne")
    Appareil.objects.update(imprime=True)
    page = borne.get(borne.post(f"{prefixe}/borne/je-cherche-un-emploi/", {"cle": nouvelle_cle()})["Location"])
    ticket = Ticket.objects.get()
    attendu = qr.svg(f"http://testserver{prefixe}/suivi/{jeton_retrouve(ticket)}/")
    assert page.content.decode().count(attendu) == 2
    papier = client_de("accueil").get(f"/accueil/ticket/{ticket.pk}/imprimer/")
    assert dessin(papier) == attendu

"""The reception: the hall as it is, every gesture once and only once, and a clear sentence when it cannot be done."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accueil.etats import Etat
from accueil.models import Annonce, FileAttente, GuichetOuvert, MessageAnnonce, Ticket, Transition
from accueil.regles import appels, guichets, portes, suivi, tickets
from accueil.regles.gestes import nouvelle_cle
from accueil.regles.journee import cloturer_journee, jour_courant
from accueil.regles.suivi import Geste
from cite.models import Pole, Question
from tests.accueil.conftest import Hall, a
from tests.lieu import ClientDe

HTMX = {"HTTP_HX_REQUEST": "true"}
GESTES = ("pause", "reprendre", "ramener", "retirer", "priorite", "deplacer")


@pytest.fixture
def accueil(client_de: ClientDe) -> Client:
    return client_de("accueil")


def texte(reponse: HttpResponse) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", reponse.content.decode())))


def rang(reponse: HttpResponse, ticket: Ticket) -> str:
    """What the row of one ticket says."""
    trouve = re.search(rf'id="t-{ticket.pk}".*?</a>', reponse.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>|^[^>]*>", " ", trouve[0]))).strip() if trouve else ""


def faire(client: Client, adresse: str, *, htmx: bool = False, **champs: object) -> HttpResponse:
    return client.post(f"/accueil/{adresse}", {"cle": nouvelle_cle()} | champs, **(HTMX if htmx else {}))


def absent(hall: Hall, pole: str = "emploi", **options: object) -> Ticket:
    ticket = hall.prendre(pole, **options)
    poste = GuichetOuvert.objects.filter(guichet__nom="6").first() or hall.ouvrir("6", pole)
    appels.appeler_numero(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())
    return appels.signaler_absent(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())


def etat_du_hall() -> list[object]:
    """Everything that a gesture may change."""
    return [
        list(Ticket.objects.order_by("pk").values_list("pk", "etat", "pole", "priorite", "depassements")),
        list(Transition.objects.order_by("pk").values_list("pk", "annulee")),
        list(FileAttente.objects.order_by("pk").values_list("pole", "porte", "dernier_numero")),
        list(Annonce.objects.values_list("message", "fin")),
    ]


# ------------------------------------------------------------------------------------------------ the hall
def test_the_hall_lists_each_pole_in_order_of_arrival(accueil: Client, hall: Hall) -> None:
    premier, autre, second = hall.prendre("emploi"), hall.prendre("formation"), hall.prendre("emploi")
    page = accueil.get("/accueil/").content.decode()
    colonne = page[page.index('id="pole-emploi"') : page.index('id="pole-changer"')]
    assert re.findall(r'id="t-(\d+)"', colonne) == [str(premier.pk), str(second.pk)]
    assert f'id="t-{autre.pk}"' not in colonne


def test_a_row_and_its_panel_say_until_when_a_visitor_s_own_pause_lasts(accueil: Client, hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False) as horloge:
        ticket, sans_fin = hall.prendre(), hall.prendre()
        suivi.agir(ticket, Geste.REVENIR, cle=suivi.cle(ticket, Geste.REVENIR))
        tickets.mettre_en_pause(ticket_id=sans_fin.pk, cle=nouvelle_cle())
        page = accueil.get(f"/accueil/?ticket={ticket.pk}")
        assert rang(page, ticket) == "E 001 depuis < 1 min en pause jusqu’à 11 h 45"
        assert rang(page, sans_fin) == "E 002 depuis < 1 min en pause, < 1 min"
        assert texte(page).count("en pause jusqu’à 11 h 45") == 2
        horloge.shift(timedelta(minutes=46))
        page = accueil.get("/accueil/")
        assert rang(page, ticket) == "E 001 depuis 46 min pause finie, dans la file"
        assert "1 personne attend" in texte(page)


def test_whoever_joins_an_empty_queue_stands_out_for_a_minute(accueil: Client, hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False) as horloge:
        ticket = hall.prendre()
        page = accueil.get("/accueil/")
        assert re.findall(r'data-premiere="([^"]+)"', page.content.decode()) == ["Première personne à Emploi"]
        assert rang(page, ticket) == "E 001 depuis < 1 min première personne"
        horloge.shift(timedelta(minutes=1))
        assert "data-premiere" not in accueil.get("/accueil/").content.decode()


def test_whoever_joins_a_queue_where_someone_waits_does_not_stand_out(accueil: Client, hall: Hall) -> None:
    hall.prendre(), hall.prendre()
    assert "data-premiere" not in accueil.get("/accueil/").content.decode()


@pytest.mark.parametrize(
    ("ecoule", "age"),
    [(timedelta(minutes=12), "12 min"), (timedelta(minutes=65), "1 h 05"), (timedelta(minutes=-9), "< 1 min")],
)
def test_a_row_says_how_long_someone_waits_and_never_less_than_nothing(
    accueil: Client, hall: Hall, ecoule: timedelta, age: str
) -> None:
    with time_machine.travel(a(15), tick=False):
        ticket = hall.prendre(maintenant=timezone.now() - ecoule)
        assert rang(accueil.get("/accueil/"), ticket) == f"E 001 depuis {age}"


def test_a_row_says_what_sets_a_visitor_apart(accueil: Client, hall: Hall) -> None:
    ticket = hall.prendre(langue="ar")
    Ticket.objects.filter(pk=ticket.pk).update(depassements=2, priorite=True)
    tickets.mettre_en_pause(ticket_id=ticket.pk, cle=nouvelle_cle())
    assert rang(accueil.get("/accueil/"), ticket) == (
        "E 001 depuis < 1 min prioritaire en pause, < 1 min arabe dépassé 2 fois"
    )


def test_a_called_visitor_is_shown_with_the_desk(accueil: Client, hall: Hall) -> None:
    hall.prendre("emploi"), hall.prendre("formation")
    appele, recu = hall.appeler(hall.ouvrir("2", "emploi")), hall.recevoir(hall.ouvrir("3", "formation"))
    reponse = accueil.get("/accueil/")
    assert rang(reponse, appele) == "E 001 < 1 min appelé, guichet 2"
    assert rang(reponse, recu) == "F 001 < 1 min reçu, guichet 3"


def test_open_desks_are_shown_with_what_they_serve_and_their_pauses(accueil: Client, hall: Hall) -> None:
    hall.ouvrir("1", "emploi", "formation")
    guichets.regler_pause(poste=hall.ouvrir("4", "changer"), en_pause=True)
    vu = texte(accueil.get("/accueil/"))
    assert "Guichet 1 F E libre" in vu
    assert "Guichet 4 C en pause" in vu


def test_a_pole_put_away_keeps_showing_who_waits_there_and_gives_no_number(accueil: Client, hall: Hall) -> None:
    ticket = hall.prendre("activite")
    Pole.objects.filter(code="activite").update(actif=False)
    reponse = accueil.get("/accueil/")
    assert rang(reponse, ticket)
    assert 'id="donner-activite"' not in reponse.content.decode()


def test_an_empty_hall_says_so(accueil: Client) -> None:
    assert texte(accueil.get("/accueil/")).count("Personne n’attend.") == 1 + Pole.objects.count()


def test_the_last_moves_are_told_in_words(accueil: Client, hall: Hall) -> None:
    hall.prendre()
    hall.appeler(hall.ouvrir("2"))
    vu = texte(accueil.get("/accueil/"))
    assert "E 001 appelé au guichet 2" in vu and "E 001, nouveau numéro" in vu


def test_a_quiet_hall_gives_the_same_fragment_to_the_letter(accueil: Client, hall: Hall) -> None:
    hall.prendre()
    with time_machine.travel(timezone.now(), tick=False):
        page = accueil.get("/accueil/").content.decode()
        vive = unescape(re.search(r'data-signal="([^"]+)"', page)[1])
        assert accueil.get(vive, **HTMX).content == accueil.get(vive, **HTMX).content


@pytest.mark.parametrize("rangs", [1, 3])
def test_the_page_asks_the_same_questions_however_many_wait(accueil: Client, hall: Hall, rangs: int) -> None:
    for _ in range(rangs):
        hall.prendre("emploi", question=Question.objects.get(slug="je-cherche-un-emploi"), langue="ar")
        hall.recevoir(hall.ouvrir(str(_ + 1)))
        absent(hall)
        hall.prendre("emploi")
        portes.annoncer(message=MessageAnnonce.objects.all()[_])
    accueil.get("/accueil/")  # closes the days before, and makes the forecast: once for all pages
    with CaptureQueriesContext(connection) as requetes:
        accueil.get("/accueil/")
    assert len(requetes) == 15


# ------------------------------------------------------------------------------------------------ give a number
def test_one_tap_gives_a_number_and_shows_it(accueil: Client, hall: Hall) -> None:
    reponse = faire(accueil, "donner/", pole="emploi")
    ticket = Ticket.objects.get()
    assert (reponse.status_code, reponse["Location"]) == (303, f"/accueil/?ticket={ticket.pk}#panneau")
    vu = texte(accueil.get(reponse["Location"]))
    assert "Numéro E 001 donné." in vu and "Trouver un emploi" in vu


def test_a_number_keeps_the_question_and_the_language(accueil: Client) -> None:
    faire(accueil, "donner/", pole="emploi", question="je-cherche-une-formation", langue="uk")
    ticket = Ticket.objects.get()
    assert (ticket.pole.code, ticket.question.slug, ticket.langue) == ("emploi", "je-cherche-une-formation", "uk")


def test_the_reception_gives_numbers_of_a_closed_pole(accueil: Client, hall: Hall) -> None:
    portes.regler_porte(pole=hall.pole("emploi"), porte="fermee")
    assert faire(accueil, "donner/", pole="emploi").status_code == 303


def test_with_htmx_the_answer_is_the_hall_and_the_paper_to_print(accueil: Client) -> None:
    reponse = faire(accueil, "donner/", htmx=True, pole="emploi")
    ticket = Ticket.objects.get()
    assert reponse.status_code == 200 and "<html" not in reponse.content.decode()
    assert reponse["X-Imprimer"] == f"/accueil/ticket/{ticket.pk}/imprimer/"
    assert reponse["HX-Replace-Url"] == f"/accueil/?ticket={ticket.pk}"


def test_a_double_tap_gives_one_number(accueil: Client) -> None:
    cle = nouvelle_cle()
    for _ in range(2):
        assert faire(accueil, "donner/", pole="emploi", cle=cle).status_code == 303
    assert Ticket.objects.count() == 1


def test_each_pole_and_each_move_has_a_key_of_its_own(accueil: Client) -> None:
    def cles() -> list[str]:
        return re.findall(r"hx-vals='\{\"cle\": \"([^\"]+)\"", accueil.get("/accueil/?p=" + "x" * 22).content.decode())

    avant = cles()
    faire(accueil, "donner/", pole="emploi", cle=avant[0])
    apres = cles()
    assert len(set(avant)) == len(avant) == Pole.objects.count()
    assert not set(avant) & set(apres)


def test_two_pages_never_share_a_key(accueil: Client) -> None:
    cles = [re.search(r'name="cle" value="([^"]+)"', accueil.get("/accueil/").content.decode())[1] for _ in range(2)]
    assert cles[0] != cles[1]


# ------------------------------------------------------------------------------------------------ paper
def test_the_paper_speaks_the_language_of_the_visitor_and_french(accueil: Client, hall: Hall) -> None:
    ticket = hall.prendre("emploi", langue="ar")
    papier = accueil.get(f"/accueil/ticket/{ticket.pk}/imprimer/", **HTMX).content.decode()
    assert 'lang="ar" dir="rtl"' in papier and "إيجاد عمل" in papier and "Trouver un emploi" in papier
    assert "E 001" in papier and "<html" not in papier


def test_the_paper_without_script_is_a_page(accueil: Client, hall: Hall) -> None:
    ticket = hall.prendre("emploi")
    page = accueil.get(f"/accueil/ticket/{ticket.pk}/imprimer/").content.decode()
    assert "<html" in page and 'class="ticket-imprime"' in page and f"/accueil/?ticket={ticket.pk}#panneau" in page


def test_the_paper_of_a_number_that_is_gone_says_so(accueil: Client) -> None:
    reponse = accueil.get("/accueil/ticket/4242/imprimer/")
    assert reponse.status_code == 404 and "Ce numéro n’existe plus." in texte(reponse)


# ------------------------------------------------------------------------------------------------ find
@pytest.mark.parametrize("saisie", ["E 41", "e041", "E-41", " e 0041 ", "n° E41", "41", "E.41"])
def test_a_number_is_found_however_it_is_typed(accueil: Client, hall: Hall, saisie: str) -> None:
    FileAttente.objects.filter(pole__code="emploi").delete()
    hall.prendre("formation")
    FileAttente.objects.create(journee=Ticket.objects.get().journee, pole=hall.pole("emploi"), dernier_numero=40)
    ticket = hall.prendre("emploi")
    reponse = accueil.get("/accueil/", {"numero": saisie})
    assert (reponse.status_code, reponse["Location"]) == (302, f"/accueil/?ticket={ticket.pk}#panneau")


def test_a_number_without_its_letter_offers_those_that_share_it(accueil: Client, hall: Hall) -> None:
    ici, la = hall.prendre("emploi"), hall.prendre("formation")
    page = accueil.get("/accueil/", {"numero": "1"}).content.decode()
    assert f'id="trouve-{ici.pk}"' in page and f'id="trouve-{la.pk}"' in page


def test_a_number_already_gone_is_still_found_today(accueil: Client, hall: Hall) -> None:
    ticket = hall.prendre()
    tickets.retirer(ticket_id=ticket.pk, cle=nouvelle_cle())
    assert "Ce numéro n’est plus dans le hall." in texte(accueil.get("/accueil/", {"numero": "E1"}, follow=True))


@pytest.mark.parametrize(
    ("saisie", "statut", "phrase"),
    [
        ("E 999", 404, "Aucun numéro E 999 aujourd’hui."),
        ("E 999999", 404, "Aucun numéro E 999999 aujourd’hui."),
        ("bonjour", 422, "Ce numéro n’est pas lisible."),
        ("E 1 2", 422, "Ce numéro n’est pas lisible."),
        ("<script>", 422, "Ce numéro n’est pas lisible."),
        ("\x00", 422, "nul"),
        ("E" * 50, 422, "20 caractères"),
        ("E ²", 422, "Ce numéro n’est pas lisible."),
    ],
)
def test_what_is_not_found_says_why_and_keeps_what_was_typed(
    accueil: Client, saisie: str, statut: int, phrase: str
) -> None:
    reponse = accueil.get("/accueil/", {"numero": saisie})
    assert reponse.status_code == statut and phrase in texte(reponse)
    assert "<script>" not in reponse.content.decode()
    assert accueil.get("/accueil/", {"numero": saisie}, **HTMX).status_code == statut


# ------------------------------------------------------------------------------------------------ gestures
def test_moving_keeps_the_number_and_the_arrival(accueil: Client, hall: Hall) -> None:
    with time_machine.travel(a(15), tick=False):
        ticket = hall.prendre("emploi", maintenant=timezone.now() - timedelta(minutes=20))
        faire(accueil, f"ticket/{ticket.pk}/deplacer/", pole="formation")
        deplace = Ticket.objects.get()
    assert (deplace.pole.code, deplace.libelle, deplace.arrivee) == ("formation", "E 001", ticket.arrivee)


def test_pause_and_back(accueil: Client, hall: Hall) -> None:
    ticket = hall.prendre()
    faire(accueil, f"ticket/{ticket.pk}/pause/")
    assert Ticket.objects.get().etat == Etat.EN_PAUSE
    faire(accueil, f"ticket/{ticket.pk}/reprendre/")
    assert Ticket.objects.get().etat == Etat.EN_ATTENTE


def test_an_absent_visitor_comes_back_from_the_list(accueil: Client, hall: Hall) -> None:
    ticket = absent(hall)
    assert f'action="/accueil/ticket/{ticket.pk}/ramener/"' in accueil.get("/accueil/").content.decode()
    faire(accueil, f"ticket/{ticket.pk}/ramener/")
    assert Ticket.objects.get().etat == Etat.EN_ATTENTE


def test_two_absents_come_back_with_the_keys_of_one_page(accueil: Client, hall: Hall) -> None:
    absent(hall), absent(hall)
    page = accueil.get("/accueil/").content.decode()
    formes = re.findall(r'action="(/accueil/ticket/\d+/ramener/)".*?name="cle" value="([^"]+)"', page, re.DOTALL)
    for action, cle in formes:
        assert accueil.post(action, {"cle": cle}).status_code == 303
    assert {ticket.etat for ticket in Ticket.objects.all()} == {Etat.EN_ATTENTE}


def test_priority_is_a_boolean_and_its_bound_is_said(accueil: Client, hall: Hall) -> None:
    ticket = hall.prendre()
    vu = texte(accueil.get(f"/accueil/?ticket={ticket.pk}"))
    assert "personne n’est dépassé plus de 3 fois" in vu
    faire(accueil, f"ticket/{ticket.pk}/priorite/", priorite="oui")
    assert Ticket.objects.get().priorite is True
    faire(accueil, f"ticket/{ticket.pk}/priorite/", priorite="non")
    assert Ticket.objects.get().priorite is False


def test_those_who_wait_before_are_counted_as_the_desks_would_call_them(accueil: Client, hall: Hall) -> None:
    hall.prendre()
    ticket = hall.prendre()
    presse = hall.prendre()
    tickets.prioriser(ticket_id=presse.pk, cle=nouvelle_cle(), priorite=True)
    assert "2 personnes devant" in texte(accueil.get(f"/accueil/?ticket={ticket.pk}"))
    assert "le prochain de sa file" in texte(accueil.get(f"/accueil/?ticket={presse.pk}"))


def test_withdrawing_asks_first(accueil: Client, hall: Hall) -> None:
    ticket = hall.prendre()
    page = accueil.get(f"/accueil/?ticket={ticket.pk}").content.decode()
    assert f"/accueil/ticket/{ticket.pk}/retirer/" not in page
    question = accueil.get(f"/accueil/?ticket={ticket.pk}&retirer=oui").content.decode()
    assert f"/accueil/ticket/{ticket.pk}/retirer/" in question and "Retirer le E 001 de la file ?" in question
    reponse = faire(accueil, f"ticket/{ticket.pk}/retirer/")
    assert reponse["Location"] == "/accueil/#hall" and Ticket.objects.get().etat == Etat.PARTI


def test_the_last_gesture_can_be_undone_for_thirty_seconds(accueil: Client, hall: Hall) -> None:
    with time_machine.travel(a(10), tick=False) as horloge:
        ticket = hall.prendre()
        faire(accueil, f"ticket/{ticket.pk}/pause/")
        geste = Transition.objects.latest("pk")
        assert f'name="geste" value="{geste.pk}"' in accueil.get("/accueil/").content.decode()
        horloge.shift(31)
        assert 'name="geste"' not in accueil.get("/accueil/").content.decode()
        horloge.shift(-2)
        faire(accueil, "annuler/", geste=geste.pk)
    assert Ticket.objects.get().etat == Etat.EN_ATTENTE


@pytest.mark.parametrize("porte", ["ouverte", "fermee", "horaires"])
def test_the_door_of_a_pole_answers_at_once(accueil: Client, hall: Hall, porte: str) -> None:
    reponse = faire(accueil, "porte/emploi/", porte=porte)
    assert reponse.status_code == 303
    assert FileAttente.objects.get(pole__code="emploi").porte == porte
    assert f'value="{porte}" id="porte-emploi-{porte}" aria-pressed="true"' in accueil.get("/accueil/").content.decode()


def test_an_announcement_is_put_on_and_taken_off(accueil: Client) -> None:
    message = MessageAnnonce.objects.first()
    faire(accueil, "annonce/", message=message.pk)
    assert f"encore {message.minutes} min" in texte(accueil.get("/accueil/"))
    faire(accueil, "annonce/retirer/", message=message.pk)
    assert not Annonce.objects.exists()


def test_a_gesture_made_twice_with_one_key_is_made_once(accueil: Client, hall: Hall) -> None:
    ticket, cle = hall.prendre(), nouvelle_cle()
    for _ in range(2):
        assert faire(accueil, f"ticket/{ticket.pk}/pause/", cle=cle).status_code == 303
    assert Transition.objects.filter(action="mettre_en_pause").count() == 1


def test_csrf_is_asked_of_htmx_as_of_forms(client_de: ClientDe, hall: Hall) -> None:
    client = client_de("accueil", csrf=True)
    assert faire(client, "donner/", htmx=True, pole="emploi").status_code == 403
    jeton = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get("/accueil/").content.decode())[1]
    cle = {"cle": nouvelle_cle(), "pole": "emploi"}
    assert client.post("/accueil/donner/", cle, headers={"X-CSRFToken": jeton, "HX-Request": "true"}).status_code == 200


# ------------------------------------------------------------------------------------------------ refusals
def test_a_refusal_is_shown_in_place_and_loses_nothing(accueil: Client, hall: Hall) -> None:
    ticket = hall.prendre()
    hall.appeler(hall.ouvrir())
    reponse = faire(accueil, f"ticket/{ticket.pk}/pause/", htmx=True)
    assert reponse.status_code == 409
    vu = texte(reponse)
    assert "Quelqu’un d’autre a déjà agi : le E 001 est maintenant « appelé »." in vu and "Rien n’a été changé." in vu
    assert re.search(r'<template id="avis-neuf">\s*<div class="message', reponse.content.decode())


def test_a_live_refresh_leaves_a_refusal_alone(accueil: Client) -> None:
    assert "avis-neuf" not in accueil.get("/accueil/?p=" + "x" * 22, **HTMX).content.decode()


def test_a_refusal_without_script_keeps_what_was_chosen(accueil: Client) -> None:
    reponse = faire(accueil, "donner/", pole="inconnu", question="je-veux-changer", langue="es")
    page = reponse.content.decode()
    assert reponse.status_code == 422 and "Ce pôle n’existe pas" in texte(reponse)
    assert '<option value="je-veux-changer" selected>' in page and '<option value="es" selected>' in page


SALETES = ["", "\x00", "🦆" * 300, "-1", "99999999999999999999999", "' OR 1=1 --", "<b>"]


@pytest.mark.parametrize(
    ("adresse", "champ", "bons"),
    [
        ("donner/", "pole", {}),
        ("donner/", "cle", {"pole": "emploi"}),
        ("ticket/{}/pause/", "cle", {}),
        ("ticket/{}/deplacer/", "pole", {}),
        ("ticket/{}/priorite/", "priorite", {}),
        ("annuler/", "geste", {}),
        ("annuler/", "cle", {"geste": "1"}),
        ("porte/emploi/", "porte", {}),
        ("porte/emploi/", "cle", {"porte": "fermee"}),
        ("annonce/", "message", {}),
        ("annonce/retirer/", "message", {}),
    ],
)
def test_garbage_in_a_field_changes_nothing(
    accueil: Client, hall: Hall, adresse: str, champ: str, bons: dict[str, str]
) -> None:
    ticket = hall.prendre()
    avant = etat_du_hall()
    for salete in SALETES:
        reponse = faire(accueil, adresse.format(ticket.pk), **bons, **{champ: salete})
        assert reponse.status_code in (404, 409, 422), salete
        assert 'role="alert"' in reponse.content.decode() and "E 001" in texte(reponse), salete
    assert etat_du_hall() == avant


@pytest.mark.parametrize("champ", ["question", "langue"])
def test_garbage_in_a_choice_gives_no_number(accueil: Client, champ: str) -> None:
    for salete in filter(None, SALETES):
        assert faire(accueil, "donner/", pole="emploi", **{champ: salete}).status_code == 422, salete
    assert not Ticket.objects.exists()


def test_a_forged_ticket_in_the_address_is_a_clear_404(accueil: Client) -> None:
    for forge in ("4242", "0", "-3", "abc", "9" * 30, "9" * 18, "1%00", "²"):
        reponse = accueil.get(f"/accueil/?ticket={forge}")
        assert reponse.status_code == 404 and "Ce numéro n’existe p" in texte(reponse), forge


@pytest.mark.parametrize("geste", GESTES)
def test_a_forged_ticket_in_a_gesture_is_a_clear_404(accueil: Client, hall: Hall, geste: str) -> None:
    hall.prendre()
    avant = etat_du_hall()
    for forge in ("4242", "0", "9" * 30):
        reponse = faire(accueil, f"ticket/{forge}/{geste}/", pole="formation", priorite="oui")
        assert reponse.status_code == 404 and "Ce numéro n’existe plus." in texte(reponse)
    assert etat_du_hall() == avant


def test_a_live_page_goes_on_living_when_its_ticket_is_gone(accueil: Client, hall: Hall) -> None:
    ticket = hall.prendre()
    page = accueil.get(f"/accueil/?ticket={ticket.pk}").content.decode()
    vive = unescape(re.search(r'data-signal="([^"]+)"', page)[1])
    cloturer_journee(ticket.journee)
    reponse = accueil.get(vive, **HTMX)
    assert reponse.status_code == 200 and 'id="panneau"' not in reponse.content.decode()


@pytest.mark.parametrize("geste", GESTES)
def test_a_ticket_of_a_closed_day_is_gone(accueil: Client, hall: Hall, geste: str) -> None:
    ticket = hall.prendre()
    cloturer_journee(ticket.journee)
    reponse = faire(accueil, f"ticket/{ticket.pk}/{geste}/", pole="formation", priorite="oui")
    assert reponse.status_code == 404 and "Ce numéro n’existe plus." in texte(reponse)


@pytest.mark.parametrize(
    ("adresse", "champs"),
    [
        ("donner/", {"pole": "emploi"}),
        ("ticket/{}/pause/", {}),
        ("ticket/{}/deplacer/", {"pole": "formation"}),
        ("porte/emploi/", {"porte": "fermee"}),
        ("annonce/", {"message": "1"}),
        ("annuler/", {"geste": "1"}),
    ],
)
def test_a_page_of_yesterday_does_nothing_today(
    accueil: Client, hall: Hall, adresse: str, champs: dict[str, str]
) -> None:
    hier = f"{jour_courant() - timedelta(days=1):%Y%m%d}-{'a' * 22}"
    ticket = hall.prendre()
    avant = etat_du_hall()
    reponse = faire(accueil, adresse.format(ticket.pk), **champs, cle=hier)
    assert reponse.status_code == 409 and "Cette page date d’un autre jour" in texte(reponse)
    assert etat_du_hall() == avant


@pytest.mark.parametrize("geste", GESTES)
def test_nobody_touches_a_visitor_who_is_at_a_desk(accueil: Client, hall: Hall, geste: str) -> None:
    ticket = hall.prendre()
    hall.recevoir(hall.ouvrir())
    avant = etat_du_hall()
    reponse = faire(accueil, f"ticket/{ticket.pk}/{geste}/", pole="formation", priorite="oui")
    assert reponse.status_code == 409 and "« en entretien »" in texte(reponse)
    assert etat_du_hall() == avant


def test_moving_to_the_same_pole_says_so(accueil: Client, hall: Hall) -> None:
    ticket = hall.prendre("emploi")
    reponse = faire(accueil, f"ticket/{ticket.pk}/deplacer/", pole="emploi")
    assert reponse.status_code == 422 and "attend déjà à ce pôle" in texte(reponse)


def test_a_door_that_is_not_there_is_a_404(accueil: Client) -> None:
    assert faire(accueil, "porte/inconnu/", porte="fermee").status_code == 404


ADRESSES = ["donner/", "annuler/", "porte/emploi/", "annonce/", "annonce/retirer/"]
ADRESSES += [f"ticket/1/{geste}/" for geste in GESTES]


def test_a_gesture_is_a_post(accueil: Client) -> None:
    assert {accueil.get(f"/accueil/{adresse}").status_code for adresse in ADRESSES} == {405}


@pytest.mark.parametrize("role", ["anonyme", "borne", "ecran", "conseil", "partenaire", "technique"])
def test_only_the_reception_keeps_the_hall(client_de: ClientDe, role: str) -> None:
    client, inconnu = client_de(role), role in ("anonyme", "borne", "ecran")
    avant = etat_du_hall()
    reponse = client.get("/accueil/")
    assert reponse.status_code == (302 if inconnu else 403)
    assert not inconnu or reponse["Location"].startswith("/connexion/")
    for adresse in ADRESSES:
        assert faire(client, adresse, pole="emploi", porte="fermee", message="1").status_code == 403, adresse
    assert etat_du_hall() == avant


def test_the_coordination_keeps_the_hall_too(client_de: ClientDe) -> None:
    assert client_de("coordination").get("/accueil/").status_code == 200

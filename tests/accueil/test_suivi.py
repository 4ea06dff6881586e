"""The follow-up of a number: what its holder sees and may do, and that the link betrays nobody."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accueil.etats import Action, Etat
from accueil.lectures import poles_du_hall
from accueil.models import GuichetOuvert, Ticket, Transition
from accueil.regles import annulation, appels, entretiens, suivi, tickets
from accueil.regles.gestes import nouvelle_cle
from accueil.regles.journee import cloturer_journees_passees
from accueil.regles.suivi import Geste
from accueil.regles.tickets import jeton_du_ticket, jeton_retrouve
from cite import jetons
from cite.models import Reglages
from cite.refus import Invalide
from tests.accueil.conftest import Hall, a

FRAGMENT = {"HX-Request": "true"}


def texte(reponse: HttpResponse) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", reponse.content.decode())))


def adresse(ticket: Ticket) -> str:
    return f"/suivi/{jeton_retrouve(ticket)}/"


def lire(ticket: Ticket, **options: object) -> HttpResponse:
    return Client().get(adresse(ticket), **options)


def mots(ticket: Ticket) -> str:
    """What the page says about the turn, gestures left out."""
    page = lire(ticket, headers=FRAGMENT).content.decode()
    bloc = page[page.index('<div class="suivi-mots">') : page.index("</section>")]
    bloc = re.split(r'<div class="suivi-(?:gestes|partir)"', bloc)[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", bloc))).strip()


def toucher(ticket: Ticket, geste: str) -> HttpResponse:
    """Touch a button as the page offers it."""
    page = Client().get(f"{adresse(ticket)}{'?partir=oui' if geste == 'partir' else ''}").content.decode()
    cle = re.search(rf'name="cle" value="([^"]+)"><button [^>]*value="{geste}"', page)[1]
    return Client().post(adresse(ticket), {"cle": cle, "geste": geste})


def agir(ticket: Ticket, geste: Geste, **options: object) -> Ticket:
    ticket.refresh_from_db()
    return suivi.agir(ticket, geste, cle=suivi.cle(ticket, geste), **options)


# ------------------------------------------------------------------------------------------------ what is seen
AUCUN_GUICHET = "Aucun guichet ne sert ce pôle en ce moment"  # said instead of minutes that nobody knows


def test_the_page_shows_the_number_the_pole_and_who_is_before(hall: Hall) -> None:
    premiers = [hall.prendre() for _ in range(4)]
    hall.prendre("formation")
    dit = texte(lire(premiers[3]))
    assert "Votre numéro E 004 Trouver un emploi 3 personnes avant vous" in dit
    assert AUCUN_GUICHET in mots(premiers[3]) and " min" not in mots(premiers[3]), "a waiting time was invented"


@pytest.mark.parametrize(
    ("avant", "phrase"),
    [
        (0, "Personne avant vous Vous êtes la prochaine personne, rapprochez-vous."),
        (1, "1 personne avant vous Plus qu’une personne avant vous, rapprochez-vous."),
        (2, "2 personnes avant vous Plus que deux personnes avant vous, rapprochez-vous."),
        (3, "3 personnes avant vous Attendez où vous voulez : cette page se met à jour toute seule."),
    ],
)
def test_the_page_says_to_come_closer_when_two_are_left_before(hall: Hall, avant: int, phrase: str) -> None:
    for _ in range(avant):
        hall.prendre()
    assert mots(hall.prendre()).replace(f"{AUCUN_GUICHET} ", "") == phrase


def test_who_is_before_follows_the_order_in_which_the_desk_will_call(hall: Hall) -> None:
    premier, deuxieme, troisieme = (hall.prendre() for _ in range(3))
    tickets.prioriser(ticket_id=troisieme.pk, cle=nouvelle_cle(), priorite=True)
    assert [mots(t).split(" avant")[0] for t in (premier, deuxieme, troisieme)] == [
        "1 personne",
        "2 personnes",
        "Personne",
    ]


def test_a_called_visitor_reads_the_desk_and_how_to_get_there(hall: Hall) -> None:
    ticket, poste = hall.prendre(), hall.ouvrir("4")
    hall.appeler(poste)
    assert mots(ticket) == f"C’est à vous ! Guichet 4 {poste.guichet.direction}"
    page = lire(ticket).content.decode()
    assert "<title>C’est à vous : guichet 4 ·" in page
    assert 'data-annonce="On vous appelle : guichet 4."' in page


def test_a_second_call_has_another_rank_so_that_it_is_heard_again(hall: Hall) -> None:
    Reglages(rappel_ecart_s=0).save()
    ticket, poste = hall.prendre(), hall.ouvrir("4")
    hall.appeler(poste)
    appels.rappeler(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())
    assert re.findall(r'data-appel="(\d+)"', lire(ticket).content.decode()) == ["2"]


def test_a_visitor_in_interview_is_told_to_take_their_time(hall: Hall) -> None:
    ticket = hall.prendre()
    hall.recevoir(hall.ouvrir("4"))
    assert mots(ticket) == "Vous êtes en entretien Guichet 4 · Prenez le temps qu’il vous faut."


def test_a_visitor_who_missed_the_call_learns_that_the_place_is_kept(hall: Hall) -> None:
    ticket, poste = hall.prendre(), hall.ouvrir()
    hall.appeler(poste)
    appels.signaler_absent(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())
    assert mots(ticket) == (
        "Votre numéro a été appelé Votre place est gardée : présentez-vous à l’accueil, on vous remet dans la file."
    )


def test_a_visitor_passed_on_to_another_pole_goes_on_with_the_same_link(hall: Hall) -> None:
    ticket, poste = hall.prendre(), hall.ouvrir()
    hall.recevoir(poste)
    entretiens.passer(poste=poste, ticket_id=ticket.pk, pole=hall.pole("formation"), cle=nouvelle_cle())
    assert "Votre numéro E 001 Trouver une formation Personne avant vous" in texte(lire(ticket))


def test_the_page_speaks_the_language_of_its_address_and_offers_the_others(hall: Hall) -> None:
    ticket = hall.prendre(langue="ar")
    page = Client().get(f"/ar{adresse(ticket)}").content.decode()
    assert '<html lang="ar" dir="rtl"' in page and "أنتم التالون، اقتربوا." in page
    assert re.findall(r'href="([^"]+)" lang="uk"', page) == [f"/uk{adresse(ticket)}"]


def test_an_unchanged_turn_is_the_same_text_keys_included(hall: Hall) -> None:
    ticket = hall.prendre()
    assert lire(ticket, headers=FRAGMENT).content == lire(ticket, headers=FRAGMENT).content
    assert b"<html" not in lire(ticket, headers=FRAGMENT).content


# ------------------------------------------------------------------------------------------------ gestures
def test_je_reviens_keeps_the_turn_for_the_set_minutes_and_says_until_when(hall: Hall) -> None:
    Reglages(pause_min=30).save()
    with time_machine.travel(a(11), tick=False):
        hall.prendre()
        ticket = hall.prendre()
        reponse = toucher(ticket, "revenir")
        assert (reponse.status_code, reponse["Location"]) == (303, adresse(ticket))
        assert mots(ticket) == (
            "Votre place est gardée jusqu’à 11 h 30 1 personne avant vous "
            "Ensuite vous serez de nouveau dans la file, à la place que vous aviez."
        )
    ticket.refresh_from_db()
    assert (ticket.etat, ticket.pause_jusqua) == (Etat.EN_PAUSE, a(11, 30))


def test_je_suis_la_ends_the_pause_at_the_same_place(hall: Hall) -> None:
    ticket, suivant = hall.prendre(), hall.prendre()
    toucher(ticket, "revenir")
    assert mots(suivant).startswith("Personne avant vous")
    assert toucher(ticket, "present").status_code == 303
    ticket.refresh_from_db()
    assert (ticket.etat, ticket.pause_jusqua) == (Etat.EN_ATTENTE, None)
    assert mots(suivant).startswith("1 personne avant vous")


def test_je_suis_la_also_ends_a_pause_that_the_reception_made(hall: Hall) -> None:
    ticket = tickets.mettre_en_pause(ticket_id=hall.prendre().pk, cle=nouvelle_cle())
    assert mots(ticket) == "Votre place est gardée Personne avant vous"
    toucher(ticket, "present")
    assert Ticket.objects.get().etat == Etat.EN_ATTENTE


def test_someone_called_is_offered_no_gesture(hall: Hall) -> None:
    ticket = hall.prendre()
    hall.appeler(hall.ouvrir())
    assert "<form" not in lire(ticket).content.decode()


def test_a_gesture_that_comes_too_late_is_not_done_and_the_page_says_what_is_true(hall: Hall) -> None:
    ticket, poste = hall.prendre(), hall.ouvrir("4")
    cle = suivi.cle(ticket, Geste.REVENIR)
    hall.appeler(poste)
    reponse = Client().post(adresse(ticket), {"cle": cle, "geste": "revenir"})
    assert reponse.status_code == 409
    assert "Votre demande n’a pas été faite : votre tour venait de changer." in texte(reponse)
    assert "C’est à vous ! Guichet 4" in texte(reponse)


@pytest.mark.parametrize("geste", [Geste.REVENIR, Geste.PARTIR])
def test_a_double_tap_from_two_telephones_is_one_gesture(hall: Hall, geste: Geste) -> None:
    ticket = hall.prendre()
    champs = {"cle": suivi.cle(ticket, geste), "geste": geste.value}
    statuts = [Client().post(adresse(ticket), champs).status_code for _ in range(3)]
    assert statuts == ([303, 303, 303] if geste == Geste.REVENIR else [303, 410, 410])
    assert Transition.objects.exclude(action=Action.PRENDRE).count() == 1


def test_a_pause_may_be_taken_again(hall: Hall) -> None:
    ticket = hall.prendre()
    for geste in ("revenir", "present", "revenir", "present"):
        assert toucher(ticket, geste).status_code == 303
    assert Transition.objects.count() == 5


@pytest.mark.parametrize("champs", [{}, {"geste": "revenir"}, {"geste": "danser", "cle": "x"}, {"cle": "\0" * 50}])
def test_garbage_changes_nothing(hall: Hall, champs: dict[str, str]) -> None:
    ticket = hall.prendre()
    reponse = Client().post(adresse(ticket), champs)
    assert (reponse.status_code, Ticket.objects.get().etat) == (422, Etat.EN_ATTENTE)


def test_a_key_that_the_page_did_not_make_is_refused(hall: Hall) -> None:
    ticket = hall.prendre()
    with pytest.raises(Invalide):
        suivi.agir(ticket, Geste.REVENIR, cle=nouvelle_cle())


def test_je_pars_asks_first_then_leaves_the_queue(hall: Hall) -> None:
    ticket = hall.prendre()
    assert "Je pars" in texte(lire(ticket)) and 'value="partir"' not in lire(ticket).content.decode()
    question = texte(Client().get(f"{adresse(ticket)}?partir=oui"))
    assert "Quitter la file ? Vous perdez votre place." in question and "Rester dans la file" in question
    assert toucher(ticket, "partir").status_code == 303
    assert Ticket.objects.get().etat == Etat.PARTI
    assert lire(ticket).status_code == 410


# ------------------------------------------------------------------------------------------------ a pause that is over
def test_a_pause_that_is_over_is_called_at_its_place_without_another_gesture(hall: Hall) -> None:
    ticket, suivant = hall.prendre(maintenant=a(10)), hall.prendre(maintenant=a(10, 1))
    poste = hall.ouvrir()
    agir(ticket, Geste.REVENIR, maintenant=a(10, 2))
    assert hall.recevoir(poste, maintenant=a(10, 46)).pk == suivant.pk
    hall.finir(poste, suivant, maintenant=a(10, 50))
    assert hall.appeler(poste, maintenant=a(10, 51)).pk == ticket.pk
    retour = Transition.objects.get(ticket=ticket, action=Action.REPRENDRE)
    assert (retour.instant, retour.de, retour.vers) == (a(10, 47), Etat.EN_PAUSE, Etat.EN_ATTENTE)
    ticket.refresh_from_db()
    assert (ticket.etat, ticket.pause_jusqua) == (Etat.APPELE, None)


def test_a_pause_of_the_reception_has_no_end(hall: Hall) -> None:
    tickets.mettre_en_pause(ticket_id=hall.prendre().pk, cle=nouvelle_cle())
    with pytest.raises(appels.PersonneNAttend):
        hall.appeler(hall.ouvrir(), maintenant=timezone.now() + timedelta(hours=10))
    assert Ticket.objects.get().etat == Etat.EN_PAUSE


def test_whoever_is_back_is_counted_among_those_who_wait(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False) as horloge:
        ticket, autre = hall.prendre(), hall.prendre()
        agir(ticket, Geste.REVENIR)
        horloge.shift(timedelta(minutes=44))
        en_pause = [etat.attendent for etat in poles_du_hall(timezone.now()) if etat.pole.code == "emploi"]
        horloge.shift(timedelta(minutes=2))
        revenus = [etat.attendent for etat in poles_du_hall(timezone.now()) if etat.pole.code == "emploi"]
        assert (en_pause, revenus) == ([1], [2])
        assert mots(autre).startswith("1 personne avant vous")
        assert mots(ticket).startswith("Personne avant vous Vous êtes la prochaine personne")


def _appel(hall: Hall, poste: GuichetOuvert) -> int:
    hall.prendre()
    with CaptureQueriesContext(connection) as capture:
        ticket = hall.appeler(poste)
    entretiens.commencer(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())
    hall.finir(poste, ticket)
    return len(capture)


def test_pauses_that_go_on_cost_a_call_no_question(hall: Hall) -> None:
    poste = hall.ouvrir()
    _appel(hall, poste)
    sans = _appel(hall, poste)
    for _ in range(5):
        agir(hall.prendre(), Geste.REVENIR)
    assert _appel(hall, poste) == sans


# ------------------------------------------------------------------------------------------------ undoing
def test_undoing_the_call_of_a_paused_number_gives_the_pause_back_with_its_end(hall: Hall) -> None:
    ticket, poste = hall.prendre(), hall.ouvrir()
    jusqua = agir(ticket, Geste.REVENIR).pause_jusqua
    appele = appels.appeler_numero(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())
    assert appele.pause_jusqua is None
    annulation.annuler(geste_id=appele.geste.pk, cle=nouvelle_cle(), poste=poste)
    ticket.refresh_from_db()
    assert (ticket.etat, ticket.pause_jusqua) == (Etat.EN_PAUSE, jusqua)


def test_the_reception_is_not_offered_to_undo_what_visitors_do(hall: Hall) -> None:
    ticket, autre = hall.prendre(), hall.prendre()
    sien = tickets.prioriser(ticket_id=autre.pk, cle=nouvelle_cle(), priorite=True).geste
    agir(ticket, Geste.REVENIR)
    assert annulation.derniere_annulable(None) == sien
    agir(autre, Geste.REVENIR)
    assert annulation.derniere_annulable(None) is None


# ------------------------------------------------------------------------------------------------ dead links
def fini(hall: Hall) -> str:
    ticket, poste = hall.prendre(), hall.ouvrir()
    hall.recevoir(poste)
    hall.finir(poste, ticket)
    return adresse(ticket)


def parti(hall: Hall) -> str:
    return adresse(tickets.retirer(ticket_id=hall.prendre().pk, cle=nouvelle_cle()))


MORTS: dict[str, Callable[[Hall], str]] = {
    "unknown": lambda hall: f"/suivi/{jeton_du_ticket(nouvelle_cle())}/",
    "forged": lambda hall: f"/suivi/{jeton_retrouve(hall.prendre())[:-1]}g/",
    "hash": lambda hall: f"/suivi/{hall.prendre().jeton_empreinte}/",
    "finished": fini,
    "gone": parti,
    "garbage": lambda hall: "/suivi/%00é'--/",
}


@pytest.mark.parametrize("methode", ["get", "post"])
@pytest.mark.parametrize("cas", MORTS)
def test_every_dead_link_gets_the_same_gentle_answer(hall: Hall, cas: str, methode: str) -> None:
    attendu = Client().get("/suivi/x/")
    chemin = MORTS[cas](hall)
    avant = Transition.objects.count()
    reponse = getattr(Client(), methode)(chemin, {"geste": "partir", "cle": "x"})
    assert (reponse.status_code, reponse.content) == (410, attendu.content)
    assert dict(reponse.headers) == dict(attendu.headers)
    assert Transition.objects.count() == avant


def test_a_link_stolen_before_the_closing_opens_nothing_after_it_and_no_row_is_left(hall: Hall) -> None:
    with time_machine.travel(a(11)):
        ticket = hall.prendre()
        vole, cle = adresse(ticket), suivi.cle(ticket, Geste.REVENIR)
    with time_machine.travel(a(9, jours=1)):
        cloturer_journees_passees()
        reponses = [Client().get(vole), Client().post(vole, {"cle": cle, "geste": "revenir"})]
        assert [reponse.status_code for reponse in reponses] == [410, 410]
        assert (Ticket.objects.count(), Transition.objects.count()) == (0, 0)
        assert reponses[0].content == Client().get("/suivi/x/").content


def test_a_link_of_yesterday_opens_nothing_even_before_the_closing_has_run(hall: Hall) -> None:
    with time_machine.travel(a(11)):
        vole = adresse(hall.prendre())
    with time_machine.travel(a(9, jours=1)):
        assert Client().get(vole).status_code == 410


def test_guessing_opens_nothing_and_changes_nothing(hall: Hall) -> None:
    hall.prendre()
    client = Client()
    statuts = {client.post(f"/suivi/{jetons.nouveau()}/", {"geste": "partir"}).status_code for _ in range(300)}
    assert statuts == {410}
    assert list(Ticket.objects.values_list("etat", flat=True)) == [Etat.EN_ATTENTE]


# ------------------------------------------------------------------------------------------------ no trace
def test_the_page_leaves_nothing_behind(hall: Hall) -> None:
    ticket = hall.prendre()
    client = Client()
    for reponse in (client.get(adresse(ticket)), client.get("/suivi/x/"), toucher(ticket, "revenir")):
        entetes = {nom: reponse[nom] for nom in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")}
        assert entetes == {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
        assert dict(reponse.cookies) == {}
    assert dict(client.cookies) == {}


def test_gestures_need_no_cookie_as_the_link_is_the_key(hall: Hall) -> None:
    ticket = hall.prendre()
    client = Client(enforce_csrf_checks=True)
    champs = {"cle": suivi.cle(ticket, Geste.REVENIR), "geste": "revenir"}
    assert client.post(adresse(ticket), champs, headers={"Origin": "null"}).status_code == 303


def test_the_token_reaches_no_log(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ticket = hall.prendre()
    toucher(ticket, "partir")
    lire(ticket)
    ecrit = [gestion.format(ligne) for gestion in logging.getLogger("django").handlers for ligne in caplog.records]
    assert [ligne for ligne in ecrit if jeton_retrouve(ticket) in ligne] == []
    assert any("Gone: /suivi/…/" in ligne for ligne in ecrit)


# ------------------------------------------------------------------------------------------------ cost
@pytest.mark.parametrize("appele", [False, True], ids=["waiting", "called"])
def test_a_refresh_asks_the_database_two_things_whatever_the_crowd(hall: Hall, appele: bool) -> None:
    ticket = hall.prendre()
    for _ in range(9):
        hall.prendre()
    if appele:
        hall.appeler(hall.ouvrir())
    chemin, client = adresse(ticket), Client()
    client.get(chemin)
    with CaptureQueriesContext(connection) as capture:  # the ticket, then who is before or the last call
        assert client.get(chemin, headers=FRAGMENT).status_code == 200
    assert len(capture) == 2

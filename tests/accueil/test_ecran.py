"""The call screen as the server tells it: the log, what is to be said, what is capped, and to whom it answers."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accueil.models import Appel, Guichet, MessageAnnonce, Ticket
from accueil.regles import annulation, appels, entretiens, portes, tickets
from accueil.regles.gestes import nouvelle_cle
from accueil.regles.journee import jour_courant
from accueil.views import ecran
from cite.models import Appareil, Pole, Reglages
from tests.accueil.conftest import Hall, a

ADRESSE = "/ecran/essai-ecran/"


class _Lecture(HTMLParser):
    """What the screen shows, by class, and what it is given to say."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.numeros: list[str] = []
        self.paroles: list[list[str]] = []
        self.attributs: dict[str, str | None] = {}
        self._quoi = self._ou = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributs = dict(attrs)
        if attributs.get("id") == "paroles":
            self._ou, self.attributs = "paroles", attributs
        elif tag in ("ol", "ul"):
            self._ou = attributs.get("class") or ""
        if self._ou == "paroles" and tag == "li":
            self.paroles.append([])
        self._quoi = attributs.get("class") or tag

    def handle_data(self, data: str) -> None:
        texte = unescape(data).replace("\xa0", " ").strip()
        if texte and self._ou == "appels" and self._quoi == "numero":
            self.numeros.append(texte)
        elif texte and self._ou == "paroles":
            self.paroles[-1].append(texte)


@pytest.fixture
def ecran_du_hall(hall: Hall, client_de: Callable[..., Client]) -> Client:
    return client_de("ecran")


def lire(client: Client, depuis: int | None = None, jour: str | None = None) -> _Lecture:
    demande = {} if depuis is None else {"depuis": depuis, "jour": jour or jour_courant().isoformat()}
    reponse = client.get(ADRESSE, demande, headers={"HX-Request": "true"})
    assert reponse.status_code == 200
    return _Lecture(reponse.content.decode())


def appeler(hall: Hall, guichet: str, pole: str = "emploi", **options: object) -> Ticket:
    hall.prendre(pole, **options)
    return hall.appeler(hall.ouvrir(guichet, pole))


# ------------------------------------------------------------------------------------------------ the log
def test_every_call_is_on_the_log_newest_first_and_never_only_the_last(hall: Hall, ecran_du_hall: Client) -> None:
    for guichet in "1234":
        appeler(hall, guichet)
    assert lire(ecran_du_hall).numeros == ["E 004", "E 003", "E 002", "E 001"]


def test_at_most_six_lines_and_the_new_ones_take_their_room(hall: Hall, ecran_du_hall: Client) -> None:
    Guichet.objects.bulk_create(Guichet(nom=str(n)) for n in range(7, 12))
    for n in range(1, 12):
        appeler(hall, str(n))
    assert len(lire(ecran_du_hall).numeros) == 4  # three new ones, each in the room of two
    Appel.objects.update(instant=timezone.now() - ecran.ATTENDU - timedelta(seconds=1))
    assert len(lire(ecran_du_hall).numeros) == 6


def test_a_number_called_again_has_one_line_and_says_so(hall: Hall, ecran_du_hall: Client) -> None:
    ticket = appeler(hall, "1")
    appeler(hall, "2")
    rappeler(ticket)
    assert lire(ecran_du_hall).numeros == ["E 001", "E 002"]
    assert "rappel</span>" in ecran_du_hall.get(ADRESSE).content.decode()


def rappeler(ticket: Ticket) -> None:
    Reglages.objects.update_or_create(pk=1, defaults={"rappel_ecart_s": 0})
    poste = ticket.guichet.ouvert
    appels.rappeler(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())


def test_an_undone_call_disappears_and_is_not_to_be_said(hall: Hall, ecran_du_hall: Client) -> None:
    ticket = appeler(hall, "1")
    poste = ticket.guichet.ouvert
    geste = annulation.derniere_annulable(poste.guichet)
    annulation.annuler(geste_id=geste.pk, cle=nouvelle_cle(), poste=poste)
    vu = lire(ecran_du_hall, depuis=0)
    assert vu.numeros == [] and vu.paroles == []
    assert vu.attributs["data-rang"] == "1"  # the rank is spent all the same


def test_someone_absent_leaves_the_log_for_the_missed_numbers(hall: Hall, ecran_du_hall: Client) -> None:
    ticket = appeler(hall, "1")
    appels.signaler_absent(poste=ticket.guichet.ouvert, ticket_id=ticket.pk, cle=nouvelle_cle())
    assert lire(ecran_du_hall).numeros == []
    page = ecran_du_hall.get(ADRESSE).content.decode()
    assert "Absents à l’appel" in page and "E&nbsp;001" in page and "votre place est gardée" in page


def test_someone_passed_on_is_shown_where_they_are_called_next(hall: Hall, ecran_du_hall: Client) -> None:
    poste = hall.ouvrir("1", "emploi")
    hall.prendre("emploi")
    ticket = hall.recevoir(poste)
    entretiens.passer(poste=poste, ticket_id=ticket.pk, pole=hall.pole("formation"), cle=nouvelle_cle())
    assert lire(ecran_du_hall).numeros == []
    hall.appeler(hall.ouvrir("3", "formation"))
    assert lire(ecran_du_hall).numeros == ["E 001"]


def test_an_old_call_leaves_the_screen(hall: Hall, ecran_du_hall: Client) -> None:
    appeler(hall, "1")
    Appel.objects.update(instant=timezone.now() - ecran.MONTRE - timedelta(seconds=1))
    assert "Personne n’est appelé pour l’instant." in ecran_du_hall.get(ADRESSE).content.decode()


# ------------------------------------------------------------------------------------------------ what is said
def test_a_first_visit_says_nothing_and_gives_the_rank_to_start_from(hall: Hall, ecran_du_hall: Client) -> None:
    appeler(hall, "1")
    vu = lire(ecran_du_hall)
    assert vu.paroles == [] and vu.attributs["data-rang"] == "1"


def test_all_calls_since_a_rank_are_to_be_said_in_order(hall: Hall, ecran_du_hall: Client) -> None:
    for guichet in "123456":
        appeler(hall, guichet)
    dites = [parole[0] for parole in lire(ecran_du_hall, depuis=2).paroles]
    assert dites == [f"Numéro E, {n}, guichet {n}." for n in (3, 4, 5, 6)]


def test_a_call_already_answered_or_too_old_is_not_said(hall: Hall, ecran_du_hall: Client) -> None:
    recu, vieux, attendu = (appeler(hall, guichet) for guichet in "123")
    entretiens.commencer(poste=recu.guichet.ouvert, ticket_id=recu.pk, cle=nouvelle_cle())
    Appel.objects.filter(ticket=vieux).update(instant=timezone.now() - ecran.ATTENDU)
    assert [p[0] for p in lire(ecran_du_hall, depuis=0).paroles] == [f"Numéro E, {attendu.numero}, guichet 3."]


def test_a_call_to_the_desk_of_before_is_not_said(hall: Hall, ecran_du_hall: Client) -> None:
    ticket = appeler(hall, "1")
    appels.signaler_absent(poste=ticket.guichet.ouvert, ticket_id=ticket.pk, cle=nouvelle_cle())
    appels.appeler_numero(poste=hall.ouvrir("2"), ticket_id=ticket.pk, cle=nouvelle_cle())
    assert [p[0] for p in lire(ecran_du_hall, depuis=0).paroles] == ["Numéro E, 1, guichet 2."]


def test_a_recall_is_said_as_such(hall: Hall, ecran_du_hall: Client) -> None:
    rappeler(appeler(hall, "1"))
    assert [p[0] for p in lire(ecran_du_hall, depuis=1).paroles] == ["Rappel. Numéro E, 1, guichet 1."]


def test_a_desk_with_a_name_is_called_by_its_name(hall: Hall, ecran_du_hall: Client) -> None:
    Guichet.objects.filter(nom="1").update(nom="Salle Parc")
    appeler(hall, "Salle Parc")
    assert lire(ecran_du_hall, depuis=0).paroles == [["Numéro E, 1, Salle Parc."]]


def test_the_visitors_language_follows_french_where_it_is_translated(
    hall: Hall, ecran_du_hall: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    anglais = {"Numéro %(lettre)s, %(numero)d, %(lieu)s.": "Number %(lettre)s, %(numero)d, %(lieu)s."}
    anglais["guichet %(nom)s"] = "desk %(nom)s"
    traduire = ecran._
    monkeypatch.setattr(ecran, "_", lambda t: anglais.get(t, t) if ecran_langue() == "en" else traduire(t))
    appeler(hall, "1", langue="en")
    appeler(hall, "2", langue="fr")
    assert lire(ecran_du_hall, depuis=0).paroles == [
        ["Numéro E, 1, guichet 1.", "Number E, 1, desk 1."],
        ["Numéro E, 2, guichet 2."],
    ]


def ecran_langue() -> str:
    from django.utils.translation import get_language

    return get_language()


def test_a_screen_that_remembers_yesterday_hears_today_from_the_start(hall: Hall, ecran_du_hall: Client) -> None:
    appeler(hall, "1")
    assert len(lire(ecran_du_hall, depuis=57, jour="2025-01-02").paroles) == 1
    assert lire(ecran_du_hall, depuis=57).paroles == []


@pytest.mark.parametrize("depuis", ["", "abc", "-1", "1.5", "٣", "9" * 40, "1;drop"])
def test_garbage_asked_for_is_a_plain_visit(hall: Hall, ecran_du_hall: Client, depuis: str) -> None:
    appeler(hall, "1")
    assert lire(ecran_du_hall, depuis=depuis, jour="demain").paroles == []  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------ beside the calls
def test_poles_say_who_waits_and_whether_they_are_open_and_no_minutes(hall: Hall, ecran_du_hall: Client) -> None:
    hall.prendre("emploi"), hall.prendre("emploi"), hall.prendre("formation")
    portes.regler_porte(pole=hall.pole("activite"), porte="fermee")
    texte = re.sub(r"<[^>]+>|\s+", " ", ecran_du_hall.get(ADRESSE).content.decode())
    assert re.search(r"Emploi\s+2 attendent", re.sub(r"\s+", " ", texte))
    assert re.search(r"Activité\s+Fermé", re.sub(r"\s+", " ", texte))
    assert "minute" not in texte


def test_the_hour_that_all_open_poles_share_is_said_once(hall: Hall, ecran_du_hall: Client) -> None:
    assert ecran_du_hall.get(ADRESSE).content.decode().count("Ouvert jusqu’à") == 1


def test_a_screen_restricted_to_poles_shows_only_theirs(hall: Hall, ecran_du_hall: Client) -> None:
    Appareil.objects.get(nom="essai-ecran").poles.set([hall.pole("formation")])
    appeler(hall, "1", "emploi")
    appeler(hall, "2", "formation")
    absent = appeler(hall, "3", "emploi")
    appels.signaler_absent(poste=absent.guichet.ouvert, ticket_id=absent.pk, cle=nouvelle_cle())
    vu = lire(ecran_du_hall, depuis=0)
    page = ecran_du_hall.get(ADRESSE).content.decode()
    assert vu.numeros == ["F 001"] and [p[0] for p in vu.paroles] == ["Numéro F, 1, guichet 2."]
    assert "Emploi" not in page and "E&nbsp;" not in page


def test_what_does_not_fit_is_counted(hall: Hall, ecran_du_hall: Client) -> None:
    for n, lettre in enumerate("GHIJKL"):
        Pole.objects.create(code=f"p{n}", lettre=lettre, nom=f"Pôle {n}", nom_court=f"Pôle {n}", picto="main")
    poste = hall.ouvrir("1")
    for _ in range(20):
        hall.prendre()
        appels.signaler_absent(poste=poste, ticket_id=hall.appeler(poste).pk, cle=nouvelle_cle())
    page = ecran_du_hall.get(ADRESSE).content.decode()
    assert "et 11 autres" in page and "et 2 autres pôles" in page


def test_announcements_come_in_french_then_in_the_languages_of_the_place(hall: Hall, ecran_du_hall: Client) -> None:
    Reglages.objects.update_or_create(pk=1, defaults={"langues": ["fr", "ar"]})
    message = MessageAnnonce.objects.first()
    portes.annoncer(message=message)
    page = ecran_du_hall.get(ADRESSE).content.decode()
    assert message.texte in unescape(page) and message.traductions["ar"]["texte"] in page
    assert '<li lang="ar" dir="rtl">' in page and message.traductions["en"]["texte"] not in unescape(page)


# ------------------------------------------------------------------------------------------------ the page
def test_the_page_stands_without_a_script_and_in_the_zone_of_the_place(hall: Hall, ecran_du_hall: Client) -> None:
    with time_machine.travel(a(11, 42), tick=False):
        page = ecran_du_hall.get(ADRESSE).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="15"></noscript>' in page
    assert re.search(r'id="horloge"[^>]*>11:42<', page) and 'data-fuseau="Europe/Paris"' in page
    assert '<html lang="fr"' in page and 'data-signal="/ecran/essai-ecran/"' in page


def test_an_unchanged_hall_is_unchanged_text(hall: Hall, ecran_du_hall: Client) -> None:
    appeler(hall, "1")
    with time_machine.travel(timezone.now().replace(second=20), tick=False) as temps:
        premiere = ecran_du_hall.get(ADRESSE, headers={"HX-Request": "true"}).content
        temps.shift(7)
        assert ecran_du_hall.get(ADRESSE, headers={"HX-Request": "true"}).content == premiere


def _requetes(client: Client) -> int:
    with CaptureQueriesContext(
        connection,
    ) as requetes:
        lire(client, depuis=0)
    return len(requetes)


def test_a_busy_hall_asks_as_few_questions_as_a_quiet_one(hall: Hall, ecran_du_hall: Client) -> None:
    appeler(hall, "1")
    portes.annoncer(message=MessageAnnonce.objects.first())
    absent = appeler(hall, "2")
    appels.signaler_absent(poste=absent.guichet.ouvert, ticket_id=absent.pk, cle=nouvelle_cle())
    lire(ecran_du_hall)  # the first request of a day closes the days before
    calme = _requetes(ecran_du_hall)
    for guichet in "3456":
        appeler(hall, guichet, "formation")
        tickets.prioriser(ticket_id=hall.prendre().pk, cle=nouvelle_cle(), priorite=True)
    for message in MessageAnnonce.objects.all():
        portes.annoncer(message=message)
    assert _requetes(ecran_du_hall) == calme <= 30


# ------------------------------------------------------------------------------------------------ to whom
def test_a_screen_shows_its_own_name_only(hall: Hall, ecran_du_hall: Client) -> None:
    Appareil.objects.create(nom="etage", genre="ecran")
    reponse = ecran_du_hall.get("/ecran/etage/")
    assert reponse.status_code == 403 and "/ecran/essai-ecran/" in reponse.content.decode()


def test_a_renamed_screen_finds_its_new_address(hall: Hall, ecran_du_hall: Client) -> None:
    Appareil.objects.filter(nom="essai-ecran").update(nom="entree")
    reponse = ecran_du_hall.get(ADRESSE)
    assert reponse.status_code == 302 and reponse["Location"] == "/ecran/entree/"


def test_the_staff_may_look_at_any_screen(ecran_du_hall: Client, client_de: Callable[..., Client]) -> None:
    for role in ("accueil", "conseil", "coordination", "technique"):
        assert client_de(role).get(ADRESSE).status_code == 200
    assert client_de("partenaire").get(ADRESSE).status_code == 403


def test_a_name_that_is_no_screen_is_a_page_in_plain_words(client_de: Callable[..., Client]) -> None:
    Appareil.objects.create(nom="entree", genre="borne")
    for nom in ("nulle-part", "entree"):
        reponse = client_de("accueil").get(f"/ecran/{nom}/")
        assert reponse.status_code == 404 and f"Aucun écran ne s’appelle « {nom} »" in reponse.content.decode()


def test_nobody_unknown_sees_the_hall(ecran_du_hall: Client, client_de: Callable[..., Client]) -> None:
    assert client_de("anonyme").get(ADRESSE).status_code == 302
    assert client_de("borne").get(ADRESSE).status_code == 302
    Appareil.objects.update(jeton_empreinte="")  # revoked
    assert ecran_du_hall.get(ADRESSE).status_code == 302


def test_a_screen_reads_and_nothing_else(ecran_du_hall: Client) -> None:
    assert ecran_du_hall.post(ADRESSE).status_code == 405

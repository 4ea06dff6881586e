"""The desk of an advisor over HTTP: what it does, what it refuses and how, and what it never tells."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accueil.etats import Etat
from accueil.models import Appel, Entretien, Guichet, GuichetOuvert, Ticket, Transition
from accueil.regles import guichets as regles
from accueil.regles import tickets
from accueil.regles.gestes import nouvelle_cle
from cite.models import Agent, Pole, Reglages, Theme
from tests.accueil.conftest import Hall
from tests.lieu import client_pour

HTMX = {"HTTP_HX_REQUEST": "true"}


class Bureau:
    """A signed-in browser at a desk: ``bureau.post("appeler")`` presses a button as htmx does."""

    def __init__(self, nom: str = "1", *poles: str, role: str = "conseil") -> None:
        self.client = client_pour(role)
        self.guichet = Guichet.objects.get(nom=nom)
        donnees = {"guichet": self.guichet.pk, "poles": poles or ("emploi",)}
        self.reponse = self.client.post(reverse("accueil:guichets"), donnees)
        assert self.reponse.status_code == 303, self.reponse.content.decode()

    def url(self, geste: str = "", *args: object) -> str:
        return reverse(f"accueil:guichet_{geste}" if geste else "accueil:guichet", args=[self.guichet.pk, *args])

    def post(self, geste: str, *args: object, htmx: bool = True, **donnees: object):
        donnees = {"cle": nouvelle_cle(), "ticket": self.visiteur.pk if self.visiteur else ""} | donnees
        return self.client.post(self.url(geste, *args), donnees, **(HTMX if htmx else {}))

    def get(self, geste: str = "", **donnees: object):
        return self.client.get(self.url(geste), donnees)

    @property
    def visiteur(self) -> Ticket | None:
        return Ticket.objects.filter(guichet=self.guichet).first()

    @property
    def poste(self) -> GuichetOuvert:
        return GuichetOuvert.objects.get(guichet=self.guichet)


@pytest.fixture
def bureau(lieu: None) -> Bureau:
    return Bureau()


@pytest.fixture
def en_entretien(hall: Hall, bureau: Bureau) -> Bureau:
    hall.prendre()
    bureau.post("appeler")
    bureau.post("commencer")
    return bureau


def theme(nom: str) -> int:
    return Theme.objects.get(nom=nom).pk


def texte(reponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", reponse.content.decode())).replace("&#x27;", "'")


def coches(reponse) -> set[int]:
    return {int(pk) for pk in re.findall(r'name="themes" value="(\d+)" checked', reponse.content.decode())}


def etats() -> dict[str, str]:
    return {ticket.libelle: ticket.etat for ticket in Ticket.objects.all()}


# ------------------------------------------------------------------------------------------------ sitting down
def test_the_choice_shows_desks_free_taken_and_what_they_serve(hall: Hall, client_de) -> None:
    hall.ouvrir("2", "emploi", "formation")
    page = texte(client_de("conseil").get(reverse("accueil:guichets")))
    assert "Guichet 1 À gauche de l’entrée Libre" in page
    assert "Guichet 2 Occupé F Formation E Emploi Reprendre ce guichet 2" in page


def test_opening_keeps_a_token_in_the_browser_and_only_its_hash_in_the_database(bureau: Bureau) -> None:
    """Charter 4, "l'institution d'appartenance du conseiller qui s'efface": nothing links an agent and a desk."""
    cookie = bureau.reponse.cookies["guichet"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]
    assert not cookie["expires"]
    jeton = signing.Signer(salt="guichet").unsign(cookie.value).partition(":")[2]
    assert jeton not in bureau.poste.jeton_empreinte
    assert not [champ for champ in GuichetOuvert._meta.get_fields() if champ.related_model is Agent]


def test_the_cookie_is_secure_where_the_site_is(lieu: None, settings) -> None:
    settings.HTTPS = True
    assert Bureau().reponse.cookies["guichet"]["secure"]


def test_a_taken_desk_is_refused_then_taken_back_with_confirmation(bureau: Bureau, client_de) -> None:
    autre, adresse = client_de("conseil"), reverse("accueil:guichets")
    choix = {"guichet": bureau.guichet.pk, "poles": ["emploi"]}
    refus = autre.post(adresse, choix)
    assert refus.status_code == 409
    assert "Reprendre le guichet 1 ?" in texte(refus)
    assert bureau.get().status_code == 200
    assert autre.post(adresse, choix | {"reprendre": "oui"}).status_code == 303
    perdu = bureau.get()
    assert perdu.status_code == 403
    assert "Ce guichet n’est pas ouvert sur ce poste." in texte(perdu)


def test_taking_a_desk_back_says_who_is_there_and_keeps_them(en_entretien: Bureau, client_de) -> None:
    autre, adresse = client_de("conseil"), reverse("accueil:guichets")
    page = texte(autre.get(adresse, {"reprendre": en_entretien.guichet.pk}))
    assert "Le E 001 y est en ce moment, et y reste." in page
    autre.post(adresse, {"guichet": en_entretien.guichet.pk, "poles": ["emploi"], "reprendre": "oui"})
    assert etats() == {"E 001": "en_entretien"}


def test_opening_another_desk_leaves_the_first(bureau: Bureau) -> None:
    autre = Guichet.objects.get(nom="2")
    reponse = bureau.client.post(reverse("accueil:guichets"), {"guichet": autre.pk, "poles": ["emploi"]})
    assert reponse.status_code == 303
    assert list(GuichetOuvert.objects.values_list("guichet__nom", flat=True)) == ["2"]


@pytest.mark.parametrize("pris", [False, True])
def test_a_refused_move_to_another_desk_keeps_the_first(en_entretien: Bureau, hall: Hall, pris: bool) -> None:
    if pris:
        hall.ouvrir("2")
        en_entretien.post("terminer")
    autre = Guichet.objects.get(nom="2")
    reponse = en_entretien.client.post(reverse("accueil:guichets"), {"guichet": autre.pk, "poles": ["emploi"]})
    assert reponse.status_code == 409
    assert en_entretien.get().status_code == 200


@pytest.mark.parametrize(
    ("choix", "phrase"),
    [
        ({}, "Aucun guichet n’est choisi."),
        ({"guichet": "1"}, "Aucun pôle n’est choisi."),
        ({"guichet": "99999999999999999999999999", "poles": "emploi"}, "Ce guichet n’est plus proposé."),
        ({"guichet": "1", "poles": ["emploi", "inactif"]}, "Un des pôles n’est plus proposé."),
        ({"guichet": "\x00", "poles": "<script>"}, "Ce guichet n’est plus proposé."),
    ],
)
def test_garbage_in_the_choice_is_a_sentence(client_de, choix: dict, phrase: str) -> None:
    if choix.get("guichet") == "1":
        choix = choix | {"guichet": Guichet.objects.get(nom="1").pk}
    reponse = client_de("conseil").post(reverse("accueil:guichets"), choix)
    assert reponse.status_code == 422
    assert phrase in texte(reponse)
    assert not GuichetOuvert.objects.exists()
    assert b"<script>" not in reponse.content


def test_what_was_ticked_survives_a_refused_choice(client_de) -> None:
    reponse = client_de("conseil").post(reverse("accueil:guichets"), {"poles": ["emploi", "formation"]})
    assert set(re.findall(r'value="(\w+)" checked', reponse.content.decode())) == {"emploi", "formation"}


# ------------------------------------------------------------------------------------------------ the journey
def test_a_visitor_from_call_to_end_with_themes(hall: Hall, bureau: Bureau) -> None:
    hall.prendre()
    appel = bureau.post("appeler")
    assert 'data-annonce="Le E 001 est appelé."' in appel.content.decode()
    bureau.post("commencer")
    fin = bureau.post("terminer", themes=[theme("Réseau"), theme("CV et lettre")])
    assert fin.status_code == 200
    assert etats() == {"E 001": "termine"}
    assert {t.nom for t in Entretien.objects.get().themes.all()} == {"Réseau", "CV et lettre"}


@pytest.mark.parametrize("geste", ["appeler", "rappeler", "commencer", "absent", "terminer", "enchainer"])
def test_without_htmx_a_gesture_redirects_and_with_htmx_it_answers_with_the_desk(
    hall: Hall, bureau: Bureau, geste: str
) -> None:
    _preparer(hall, bureau, geste)
    reponse = bureau.post(geste, htmx=False)
    assert (reponse.status_code, reponse.url) == (303, bureau.url())
    assert bureau.client.get(reponse.url).status_code == 200


def _preparer(hall: Hall, bureau: Bureau, geste: str) -> None:
    hall.prendre()
    if geste != "appeler":
        bureau.post("appeler")
        Appel.objects.update(instant=timezone.now() - timedelta(minutes=1))
    if geste in ("terminer", "enchainer"):
        bureau.post("commencer")


@pytest.mark.parametrize("geste", ["appeler", "rappeler", "commencer", "absent", "terminer", "enchainer"])
def test_a_double_tap_does_a_gesture_once(hall: Hall, bureau: Bureau, geste: str) -> None:
    _preparer(hall, bureau, geste)
    hall.prendre()
    hall.prendre()
    geste_unique = {"cle": nouvelle_cle(), "ticket": bureau.visiteur.pk if bureau.visiteur else ""}
    premier = bureau.post(geste, **geste_unique)
    faits = Transition.objects.count()
    second = bureau.post(geste, **geste_unique)
    assert (premier.status_code, second.status_code) == (200, 200)
    assert Transition.objects.count() == faits


def test_ending_and_calling_is_two_moves_and_the_end_holds_without_a_next(hall: Hall, en_entretien: Bureau) -> None:
    seul = en_entretien.post("enchainer", themes=[theme("Réseau")])
    assert (seul.status_code, etats()) == (200, {"E 001": "termine"})
    assert "Personne n’attend à vos pôles." in texte(seul)
    hall.prendre()
    hall.prendre()
    en_entretien.post("appeler")
    en_entretien.post("commencer")
    en_entretien.post("enchainer")
    assert etats() == {"E 001": "termine", "E 002": "termine", "E 003": "appele"}


def test_a_refused_next_keeps_the_end_and_says_so(hall: Hall, en_entretien: Bureau) -> None:
    regles.regler_pause(poste=en_entretien.poste, en_pause=True)
    hall.prendre()
    reponse = en_entretien.post("enchainer", themes=[theme("Réseau")])
    assert reponse.status_code == 403
    assert "Ce guichet est en pause. L’entretien du E 001 est terminé." in texte(reponse)
    assert etats() == {"E 001": "termine", "E 002": "en_attente"}


def test_passing_on_shows_the_poles_then_keeps_number_and_arrival(hall: Hall, en_entretien: Bureau) -> None:
    hall.prendre("formation")
    hall.ouvrir("3", "formation")
    arrivee = en_entretien.visiteur.arrivee
    etape = en_entretien.client.post(
        en_entretien.url(), {"etape": "passer", "ticket": en_entretien.visiteur.pk, "themes": theme("Réseau")}, **HTMX
    )
    assert "Trouver une formation Ouvert jusqu’à 3 h 59 une personne attend · guichet 3" in texte(etape)
    assert coches(etape) == {theme("Réseau")}
    en_entretien.post("passer", "formation", themes=theme("Réseau"))
    ticket = Ticket.objects.get(pole_numero__code="emploi")
    assert (ticket.libelle, ticket.arrivee, ticket.pole.code, ticket.etat) == (
        "E 001",
        arrivee,
        "formation",
        "en_attente",
    )


# ------------------------------------------------------------------------------------------------ a given number
def test_a_given_number_is_confirmed_before_it_is_called(hall: Hall, bureau: Bureau) -> None:
    for _ in range(3):
        hall.prendre()
    page = bureau.get("numero", numero=" e3 ")
    assert "Appeler le E 003 ?" in texte(page)
    assert "2 personnes arrivées avant attendent encore" in texte(page)
    assert set(etats().values()) == {Etat.EN_ATTENTE}
    bureau.post("numero", ticket=Ticket.objects.get(numero=3).pk)
    assert etats()["E 003"] == "appele"


@pytest.mark.parametrize(
    ("saisie", "statut", "phrase"),
    [
        ("E 999", 404, "Le E 999 n’existe pas aujourd’hui."),
        ("", 422, "Ce n’est pas un numéro."),
        ("Mme Dupont", 422, "Ce n’est pas un numéro."),
        ("E" + "9" * 50, 422, "Ce n’est pas un numéro."),
        ("E 1", 409, "Le E 001 est « en entretien »"),
    ],
)
def test_a_number_that_cannot_be_called_is_explained(hall: Hall, bureau: Bureau, saisie, statut, phrase) -> None:
    hall.prendre()
    hall.recevoir(hall.ouvrir("2"))
    reponse = bureau.get("numero", numero=saisie)
    assert reponse.status_code == statut
    assert phrase in texte(reponse)


def test_overtaking_once_too_often_is_explained(hall: Hall, bureau: Bureau) -> None:
    premier, second = hall.prendre(), hall.prendre()
    Ticket.objects.filter(pk=premier.pk).update(depassements=Reglages.lire().depassements_max)
    reponse = bureau.post("numero", ticket=second.pk)
    assert reponse.status_code == 409
    assert "Le E 001 a déjà été dépassé 3 fois. Personne n’a été appelé. Appelez d’abord le E 001." in texte(reponse)
    assert set(etats().values()) == {Etat.EN_ATTENTE}


# ------------------------------------------------------------------------------------------------ recall, undo
def test_a_recall_says_when_it_is_possible_and_is_refused_kindly_before(hall: Hall, bureau: Bureau) -> None:
    hall.prendre()
    appel = bureau.post("appeler")
    assert "Rappeler possible dans 20 s" in texte(appel)
    refus = bureau.post("rappeler")
    assert refus.status_code == 409
    assert "Le E 001 vient d’être appelé. Laissez-lui encore 20 secondes pour venir." in texte(refus)


def test_the_last_recall_says_that_there_are_no_more(hall: Hall, bureau: Bureau) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        hall.prendre()
        bureau.post("appeler")
        for _ in range(3):
            horloge.shift(21)
            assert bureau.post("rappeler").status_code == 200
        horloge.shift(21)
        assert "Rappeler déjà rappelé 3 fois" in texte(bureau.get())
        assert bureau.post("rappeler").status_code == 409


def test_the_last_gesture_is_undone_while_it_lasts(hall: Hall, bureau: Bureau) -> None:
    hall.prendre()
    page = bureau.post("appeler")
    assert "Annuler : appel du E 001" in texte(page)
    assert 'data-reste="30"' in page.content.decode()
    reponse = bureau.post("annuler", Transition.objects.latest("pk").pk)
    assert "C’est annulé : le E 001 est de nouveau « en attente »." in reponse.content.decode()
    assert etats() == {"E 001": "en_attente"}


def test_an_undo_too_late_is_gone_and_refused(hall: Hall, bureau: Bureau) -> None:
    hall.prendre()
    bureau.post("appeler")
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert "Annuler :" not in texte(bureau.get())
        reponse = bureau.post("annuler", Transition.objects.latest("pk").pk)
    assert reponse.status_code == 409
    assert etats() == {"E 001": "appele"}


def test_undoing_an_end_gives_the_themes_back(hall: Hall, en_entretien: Bureau) -> None:
    en_entretien.post("terminer", themes=[theme("Réseau")])
    reponse = en_entretien.post("annuler", Transition.objects.latest("pk").pk)
    assert coches(reponse) == {theme("Réseau")}
    assert Entretien.objects.get().fin is None


# ------------------------------------------------------------------------------------------------ themes
def test_the_pole_s_themes_come_first_and_the_others_under_all_themes(en_entretien: Bureau) -> None:
    premiers, autres = en_entretien.get().content.decode().split("Tous les thèmes")
    assert "CV et lettre" in premiers
    assert "Numérique" in premiers  # a theme of every pole
    assert "Créer ou reprendre une activité" in autres


def test_an_interview_has_no_field_where_a_word_could_be_typed(en_entretien: Bureau) -> None:
    """Charter 4, "anonymat réciproque": themes from a closed list, and nothing else."""
    page = en_entretien.client.get(en_entretien.url(), **HTMX).content.decode()
    types = set(re.findall(r'<input[^>]*type="(\w+)"', page))
    assert types == {"hidden", "checkbox"}
    assert len(re.findall(r"<input(?![^>]*type=)|<textarea|contenteditable", page)) == 0


@pytest.mark.parametrize("valeur", ["inactif", "abc", "99999999999999999999999", "\x00", "-1"])
def test_an_unknown_theme_is_refused_and_the_others_stay_ticked(en_entretien: Bureau, valeur: str) -> None:
    if valeur == "inactif":
        valeur = str(theme("Mobilité"))
        Theme.objects.filter(nom="Mobilité").update(actif=False)
    reponse = en_entretien.post("terminer", themes=[theme("Réseau"), valeur])
    assert reponse.status_code == 422
    assert "Un des thèmes n’est plus proposé." in texte(reponse)
    assert coches(reponse) == {theme("Réseau")}
    assert etats() == {"E 001": "en_entretien"}


@pytest.mark.parametrize(("geste", "args"), [("fermer", ()), ("annuler", (999,)), ("rappeler", ()), ("appeler", ())])
@pytest.mark.parametrize("htmx", [True, False])
def test_ticked_themes_survive_every_refusal(en_entretien: Bureau, geste: str, args: tuple, htmx: bool) -> None:
    reponse = en_entretien.post(geste, *args, htmx=htmx, themes=[theme("Réseau"), theme("Reconversion")])
    assert reponse.status_code == 409
    assert coches(reponse) == {theme("Réseau"), theme("Reconversion")}
    assert etats() == {"E 001": "en_entretien"}


def test_ticked_themes_survive_a_pause_without_javascript(en_entretien: Bureau) -> None:
    reponse = en_entretien.post("pause", htmx=False, en_pause="confirme", themes=theme("Réseau"))
    assert coches(en_entretien.client.get(reponse.url)) == {theme("Réseau")}
    fin = en_entretien.post("terminer", htmx=False, themes=theme("Réseau"))
    assert fin.url == en_entretien.url()  # once the interview is over, nothing of it stays in an address


# ------------------------------------------------------------------------------------------------ the desk itself
def test_pausing_with_a_visitor_asks_first(en_entretien: Bureau) -> None:
    question = en_entretien.post("pause", en_pause="oui")
    assert "Mettre le guichet en pause ?" in texte(question)
    assert not en_entretien.poste.en_pause
    en_entretien.post("pause", en_pause="confirme")
    assert en_entretien.poste.en_pause
    assert etats() == {"E 001": "en_entretien"}
    en_entretien.post("pause", en_pause="non")
    assert not en_entretien.poste.en_pause


def test_a_paused_desk_calls_nobody_and_says_so(hall: Hall, bureau: Bureau) -> None:
    hall.prendre()
    assert "Le guichet est en pause" in texte(bureau.post("pause", en_pause="oui"))
    reponse = bureau.post("appeler")
    assert reponse.status_code == 403
    assert "Mettez fin à la pause pour appeler." in texte(reponse)


def test_the_poles_served_change_what_is_listed(hall: Hall, bureau: Bureau) -> None:
    hall.prendre("formation")
    assert "Personne n’attend à vos pôles." in texte(bureau.get())
    reponse = bureau.post("poles", poles=["formation", "accueil"])
    assert "Une personne attend à vos pôles." in texte(reponse)
    assert {pole.code for pole in bureau.poste.poles.all()} == {"formation", "accueil"}


@pytest.mark.parametrize("codes", [[], ["emploi", "activite"], ["xyz"], ["\x00"]])
def test_poles_none_inactive_or_garbage_change_nothing(bureau: Bureau, codes: list[str]) -> None:
    Pole.objects.filter(code="activite").update(actif=False)
    reponse = bureau.post("poles", poles=codes, etape="poles")
    assert reponse.status_code == 422
    assert "Quels pôles servez-vous ?" in texte(reponse)  # the step stays open
    assert [pole.code for pole in bureau.poste.poles.all()] == ["emploi"]


def test_closing_is_refused_with_a_visitor_then_leaves_nothing(en_entretien: Bureau) -> None:
    assert en_entretien.post("fermer").status_code == 409
    en_entretien.post("terminer")
    reponse = en_entretien.post("fermer")
    assert reponse.headers["HX-Redirect"].startswith(reverse("accueil:guichets"))
    assert reponse.cookies["guichet"].value == ""
    assert not GuichetOuvert.objects.exists()
    assert "Le guichet 1 est fermé." in texte(en_entretien.client.get(reponse.headers["HX-Redirect"]))


def test_closing_without_javascript_leads_back_to_the_choice(bureau: Bureau) -> None:
    reponse = bureau.post("fermer", htmx=False)
    assert (reponse.status_code, reponse.url.split("?")[0]) == (303, reverse("accueil:guichets"))


# ------------------------------------------------------------------------------------------------ the list beside
def test_the_live_list_is_a_fragment_without_any_form(hall: Hall, bureau: Bureau) -> None:
    hall.prendre()
    fragment = bureau.client.get(bureau.url(), HTTP_HX_TARGET="guichet-attente", **HTMX)
    assert "E 001" in texte(fragment)
    for mot in ("<form", "<html", "csrf", "checkbox", nouvelle_cle()[:8] + "-"):
        assert mot not in fragment.content.decode()


def test_the_list_follows_the_order_of_calls_and_tells_pause_priority_absence(hall: Hall, bureau: Bureau) -> None:
    un, deux, _trois, quatre = (hall.prendre() for _ in range(4))
    tickets.mettre_en_pause(ticket_id=un.pk, cle=nouvelle_cle())
    tickets.prioriser(ticket_id=quatre.pk, cle=nouvelle_cle(), priorite=True)
    Ticket.objects.filter(pk=deux.pk).update(etat=Etat.ABSENT)
    page = texte(bureau.get())
    ordre = ["E 004 prioritaire", "E 001 en pause", "E 003", "Absents à l’appel", "E 002"]
    assert [page.index(mot) for mot in ordre] == sorted(page.index(mot) for mot in ordre)


def test_a_full_hall_is_listed_in_part_with_the_way_to_all(hall: Hall, bureau: Bureau) -> None:
    for _ in range(14):
        hall.prendre()
    assert "et 2 autres personnes" in texte(bureau.get())
    assert "E 014" in texte(bureau.get(tout="oui"))


# ------------------------------------------------------------------------------------------------ refusals
def test_another_desk_s_visitor_is_out_of_reach(hall: Hall, bureau: Bureau) -> None:
    hall.prendre()
    poste = hall.ouvrir("2")
    ticket = hall.recevoir(poste)
    avant = etats()
    for geste in ("rappeler", "commencer", "absent", "terminer", "enchainer"):
        reponse = bureau.post(geste, ticket=ticket.pk)
        assert (geste, reponse.status_code) == (geste, 403)
        assert "Le E 001 n’est pas à votre guichet." in texte(reponse)
    assert bureau.post("passer", "formation", ticket=ticket.pk).status_code == 403
    assert bureau.post("annuler", Transition.objects.latest("pk").pk).status_code == 409
    assert etats() == avant


@pytest.mark.parametrize("cookie", ["", "n’importe quoi", "1:jeton:signature", "forge", "autre_sel", "autre_guichet"])
@pytest.mark.parametrize("htmx", [True, False])
def test_a_forged_old_or_foreign_cookie_holds_nothing(hall: Hall, bureau: Bureau, cookie: str, htmx: bool) -> None:
    hall.prendre()
    pk = bureau.guichet.pk
    forges = {
        "forge": signing.Signer(salt="guichet").sign(f"{pk}:jeton"),
        "autre_sel": signing.Signer(salt="appareil").sign(f"{pk}:jeton"),
        "autre_guichet": signing.Signer(salt="guichet").sign(f"{pk + 1}:jeton"),
    }
    bureau.client.cookies["guichet"] = forges.get(cookie, cookie).encode("ascii", "ignore").decode()
    for reponse in (bureau.get(), bureau.post("appeler", htmx=htmx), bureau.post("fermer", htmx=htmx)):
        assert reponse.status_code == 403
        assert "Ce guichet n’est pas ouvert sur ce poste." in texte(reponse)
        assert "E 001" not in texte(reponse)
    assert etats() == {"E 001": "en_attente"}
    assert GuichetOuvert.objects.count() == 1


def test_a_desk_that_does_not_exist_says_the_same_as_one_that_is_not_yours(bureau: Bureau) -> None:
    for pk in (0, 987654, 10**30):
        reponse = bureau.client.get(reverse("accueil:guichet", args=[pk]))
        assert reponse.status_code == 403
        assert "Ce guichet n’est pas ouvert sur ce poste." in texte(reponse)


def test_a_desk_closed_elsewhere_is_said_in_the_answer_to_a_gesture(en_entretien: Bureau) -> None:
    GuichetOuvert.objects.all().delete()
    reponse = en_entretien.post("terminer", themes=[theme("Réseau")])
    assert reponse.status_code == 403
    assert 'id="guichet-scene"' in reponse.content.decode()
    assert "Choisir un guichet" in texte(reponse)
    assert etats() == {"E 001": "en_entretien"}


@pytest.mark.parametrize("cle", ["", "x", "20260101-" + "a" * 22, "\x00", "<b>", "9" * 4000])
@pytest.mark.parametrize("geste", ["appeler", "terminer", "enchainer"])
def test_a_form_of_another_day_or_a_garbled_one_changes_nothing(
    hall: Hall, bureau: Bureau, cle: str, geste: str
) -> None:
    _preparer(hall, bureau, geste)
    avant = etats()
    reponse = bureau.post(geste, cle=cle)
    assert reponse.status_code == (409 if cle.startswith("2026") else 422)
    assert etats() == avant


@pytest.mark.parametrize("ticket", ["", "abc", "-1", "²", "9" * 30, "\x00", "0"])
def test_garbage_instead_of_a_visitor_is_refused(en_entretien: Bureau, ticket: str) -> None:
    reponse = en_entretien.post("terminer", ticket=ticket)
    assert reponse.status_code == (404 if ticket == "0" else 422)
    assert etats() == {"E 001": "en_entretien"}


@pytest.mark.parametrize("code", ["activite", "inconnu", "emploi"])
def test_passing_to_an_inactive_unknown_or_same_pole_is_refused(en_entretien: Bureau, code: str) -> None:
    Pole.objects.filter(code="activite").update(actif=False)
    reponse = en_entretien.post("passer", code, themes=theme("Réseau"))
    assert reponse.status_code == 422
    assert coches(reponse) == {theme("Réseau")}
    assert etats() == {"E 001": "en_entretien"}


def test_a_step_or_a_pause_of_garbage_is_nothing(en_entretien: Bureau) -> None:
    assert en_entretien.get(etape="<script>").status_code == 200
    assert en_entretien.post("pause", en_pause="peut-être").status_code == 422
    assert not en_entretien.poste.en_pause


# ------------------------------------------------------------------------------------------------ rights
GESTES: list[tuple[str, tuple]] = [
    ("appeler", ()), ("rappeler", ()), ("absent", ()), ("commencer", ()), ("terminer", ()), ("enchainer", ()),
    ("passer", ("formation",)), ("annuler", (1,)), ("pause", ()), ("poles", ()), ("fermer", ()),
]  # fmt: skip


@pytest.mark.parametrize(("geste", "args"), GESTES)
def test_a_gesture_is_a_post_only(bureau: Bureau, geste: str, args: tuple) -> None:
    assert bureau.client.get(bureau.url(geste, *args)).status_code == 405


@pytest.mark.parametrize("role", ["partenaire", "technique", "borne", "ecran", "anonyme"])
def test_nobody_else_enters_even_with_the_cookie_of_a_desk(bureau: Bureau, role: str) -> None:
    autre: Client = client_pour(role)
    autre.cookies["guichet"] = bureau.client.cookies["guichet"].value
    attendu = 403 if role in ("partenaire", "technique") else 302
    assert autre.get(bureau.url()).status_code == attendu
    assert autre.get(reverse("accueil:guichets")).status_code == attendu
    for geste, args in GESTES:
        assert autre.post(bureau.url(geste, *args), {"cle": nouvelle_cle()}).status_code == 403
    assert GuichetOuvert.objects.count() == 1


@pytest.mark.parametrize("role", ["conseil", "accueil", "coordination"])
def test_those_who_hold_desks_do(lieu: None, role: str) -> None:
    assert Bureau(role=role).get().status_code == 200


def test_a_post_without_its_csrf_token_is_refused(bureau: Bureau) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = bureau.client.cookies
    assert strict.post(bureau.url("fermer")).status_code == 403
    assert GuichetOuvert.objects.exists()


# ------------------------------------------------------------------------------------------------ speed
def _requetes(action: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as capture:
        action()
    return len([r for r in capture.captured_queries if not r["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))])


def test_a_gesture_costs_the_same_questions_whoever_waits(hall: Hall, bureau: Bureau) -> None:
    compte = {}
    bureau.get()
    for attendent in (2, 4):
        for _ in range(attendent):
            hall.prendre()
        compte[attendent] = (_requetes(lambda: bureau.post("appeler", ticket="")), _requetes(bureau.get))
        bureau.post("absent")
        Ticket.objects.exclude(etat=Etat.APPELE).update(etat=Etat.PARTI)
    assert compte[2] == compte[4]
    assert compte[4][0] <= 16
    assert compte[4][1] <= 12

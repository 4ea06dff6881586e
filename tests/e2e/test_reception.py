"""The reception in a real browser: a morning by mouse, by keyboard alone, without script; and a hall that lives."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.concurrence.regie import Regie
from tests.serveur import Serveur, copie_de_base, gerer

pytestmark = pytest.mark.navigateur

TAILLES = {"bureau": (1366, 768), "large": (1920, 1080), "tablette": (1024, 768), "telephone": (390, 844)}
REGLES_AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What the page itself sees go wrong: refused by the content policy, or thrown by a script. Refusals are expected.
TEMOIN = """
addEventListener("securitypolicyviolation", (e) => console.error("CSP", e.violatedDirective, e.blockedURI));
window.impressions = 0;
window.print = () => { window.impressions += 1; dispatchEvent(new Event("afterprint")); };
"""
ATTENDUS = (
    "Failed to load resource",
    "Response Status Error Code 4",
    "htmx:sendError",
    "htmx:afterRequest",
    "net::ERR",
)
SESSION = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from cite.models import Agent
agent = Agent.objects.create_user("accueil-1")
agent.groups.add(Group.objects.get(name="accueil"))
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(agent.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
session.create()
print(session.session_key)
"""
VIDER = """
from accueil.models import Annonce, Appel, Entretien, FileAttente, GuichetOuvert, Ticket, Transition
for modele in (Appel, Transition, Entretien, Ticket, GuichetOuvert, FileAttente, Annonce):
    modele.objects.all().delete()
"""


@dataclass
class Cite:
    """A seeded place served by a real server, a hand in it, and the session of a receptionist."""

    serveur: Serveur
    regie: Regie
    session: str


@pytest.fixture(scope="module")
def _cite(_base_modele: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cite]:
    dossier = tmp_path_factory.mktemp("reception")
    with copie_de_base(_base_modele, dossier) as adresse, Regie(adresse) as regie:
        regie.preparer()
        session = gerer(adresse, "shell", "--verbosity=0", "-c", SESSION).strip()
        with Serveur(adresse, dossier) as serveur:
            yield Cite(serveur, regie, session)


@pytest.fixture
def cite(_cite: Cite) -> Cite:
    """The place with an empty hall."""
    gerer(_cite.serveur.adresse, "shell", "--verbosity=0", "-c", VIDER)
    return _cite


@dataclass
class Comptoir:
    """A browser at the reception, and what it complains of."""

    page: Page
    url: str
    plaintes: list[str] = field(default_factory=list)

    def ouvrir(self, suite: str = "") -> Comptoir:
        self.page.goto(f"{self.url}/accueil/{suite}")
        return self

    def rang(self, numero: str) -> Locator:
        return self.page.locator(".reception .rang", has_text=numero)

    def choisir(self, numero: str) -> None:
        self.rang(numero).first.click()
        expect(self.panneau.get_by_role("heading")).to_have_text(numero)

    @property
    def panneau(self) -> Locator:
        return self.page.locator("#panneau")

    def geste(self, nom: str) -> Locator:
        return self.panneau.get_by_role("button", name=nom).or_(self.panneau.get_by_role("link", name=nom)).first

    def colonne(self, code: str) -> Locator:
        return self.page.locator(f".hall-pole[aria-labelledby=pole-{code}]")

    def file(self, code: str) -> Locator:
        return self.colonne(code).locator("ol .numero")

    def actif(self) -> str:
        return str(self.page.evaluate("document.activeElement.id"))

    def impressions(self, combien: int) -> None:
        """Wait until so many papers went to the printer."""
        fin = time.monotonic() + 5
        while self.page.evaluate("impressions") != combien:
            assert time.monotonic() < fin
            self.page.wait_for_timeout(50)

    def verifier(self) -> None:
        """Nothing for axe to say, nothing wider than the screen."""
        resultat = Axe().run(self.page, options={"runOnly": REGLES_AXE, "resultTypes": ["violations"]})
        fautes = [f"{f['id']} {[n['target'] for n in f['nodes']]}" for f in resultat.response["violations"]]
        assert fautes == []
        largeurs = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert largeurs[0] <= largeurs[1]


Tenir = Callable[..., Comptoir]


@pytest.fixture
def tenir(chromium: Browser, cite: Cite) -> Iterator[Tenir]:
    """A function that seats a receptionist at a browser; at the end, none may have complained of the unexpected."""
    contextes: list[BrowserContext] = []
    comptoirs: list[Comptoir] = []

    def noter(comptoir: Comptoir, message: Any) -> None:
        if message.type == "error" and not message.text.startswith(ATTENDUS):
            comptoir.plaintes.append(message.text)

    def tenir_(taille: str = "bureau", **options: object) -> Comptoir:
        largeur, hauteur = TAILLES[taille]
        contexte = chromium.new_context(viewport={"width": largeur, "height": hauteur}, **options)
        contexte.add_cookies([{"name": "sessionid", "value": cite.session, "url": cite.serveur.url}])
        contexte.add_init_script(TEMOIN)
        contexte.set_default_timeout(15_000)
        contextes.append(contexte)
        comptoir = Comptoir(contexte.new_page(), cite.serveur.url)
        comptoir.page.on("pageerror", lambda erreur: comptoir.plaintes.append(str(erreur)))
        comptoir.page.on("console", lambda message: noter(comptoir, message))
        comptoirs.append(comptoir)
        return comptoir

    expect.set_options(timeout=10_000)
    yield tenir_
    for contexte in contextes:
        contexte.close()
    assert [plainte for comptoir in comptoirs for plainte in comptoir.plaintes] == []


# ------------------------------------------------------------------------------------------------ a morning
@pytest.mark.lent
@pytest.mark.parametrize("taille", TAILLES)
def test_a_morning_by_mouse(cite: Cite, tenir: Tenir, taille: str) -> None:
    comptoir = tenir(taille).ouvrir()
    page = comptoir.page
    expect(page.get_by_text("Personne n’attend.").first).to_be_visible()
    comptoir.verifier()

    page.locator("#donner-question").select_option("je-veux-changer")
    page.locator("#donner-langue").select_option("ar")
    page.locator("#donner-emploi").click()
    expect(comptoir.panneau).to_contain_text("« Je veux changer de vie professionnelle »")
    expect(comptoir.panneau).to_contain_text("arabe")
    expect(page.locator("#donner-langue")).to_have_value("fr")
    comptoir.impressions(1)
    comptoir.verifier()

    page.locator("#imprimer-aussitot").uncheck()
    comptoir.geste("Fermer").click()
    page.locator("#donner-emploi").click()
    expect(comptoir.panneau.get_by_role("heading")).to_have_text("E 002")
    assert page.evaluate("impressions") == 1
    comptoir.geste("Imprimer").click()
    comptoir.impressions(2)

    comptoir.geste("Priorité").click()
    expect(comptoir.geste("Ôter la priorité")).to_be_visible()
    expect(comptoir.rang("E 002")).to_contain_text("prioritaire")
    comptoir.geste("Pause").click()
    expect(comptoir.rang("E 002")).to_contain_text("en pause")
    page.get_by_role("button", name="Annuler").click()
    expect(comptoir.rang("E 002")).not_to_contain_text("en pause")
    comptoir.geste("Formation").click()
    expect(comptoir.file("formation")).to_have_text(["E 002"])
    comptoir.verifier()
    comptoir.geste("Retirer").click()
    expect(comptoir.panneau).to_contain_text("Retirer le E 002 de la file ?")
    comptoir.verifier()
    comptoir.geste("Garder").click()
    expect(page.locator(".confirmer")).to_have_count(0)
    comptoir.geste("Retirer").click()
    page.locator(".confirmer button").click()
    expect(comptoir.rang("E 002")).to_have_count(0)

    cite.regie.ouvrir(guichet="2", poles=["emploi"])
    cite.regie.appeler(guichet="2"), cite.regie.absent(guichet="2")
    page.get_by_role("button", name="Ramener E 001").click()
    expect(comptoir.file("emploi")).to_have_text(["E 001"])

    page.locator("#porte-activite-bouton").click()
    comptoir.verifier()
    page.get_by_role("button", name="Fermée par l’accueil").click()
    expect(comptoir.colonne("activite")).to_have_attribute("data-ouvert", "non")
    page.get_by_text("Annoncer sur les écrans").click()
    page.get_by_role("button", name="La borne est en panne").click()
    expect(page.get_by_text("encore 60 min")).to_be_visible()
    comptoir.verifier()
    page.get_by_role("button", name="Retirer : La borne est en panne").click()
    expect(page.get_by_text("encore 60 min")).to_have_count(0)


@pytest.mark.lent
def test_a_morning_by_keyboard_alone(cite: Cite, tenir: Tenir) -> None:
    comptoir = tenir().ouvrir()
    page, clavier = comptoir.page, comptoir.page.keyboard
    clavier.press("e")  # a letter alone gives nothing
    clavier.press("n")
    expect(page.locator("#mode")).to_be_visible()
    clavier.press("Escape")
    clavier.press("e")
    for pole in "eef":
        clavier.press("n")
        clavier.press(pole)
        expect(comptoir.panneau.get_by_role("heading")).to_be_visible()
        page.wait_for_timeout(300)
    expect(comptoir.file("emploi")).to_have_text(["E 001", "E 002"])
    expect(comptoir.file("formation")).to_have_text(["F 001"])
    clavier.press("Escape")
    expect(comptoir.panneau).to_have_count(0)

    clavier.press("/")
    clavier.type("f1")
    clavier.press("Enter")
    expect(comptoir.panneau.get_by_role("heading")).to_have_text("F 001")
    expect(page.locator("#cherche")).to_have_value("")
    expect(page.locator("#geste-presence")).to_be_focused()
    clavier.press("Escape")
    expect(comptoir.rang("F 001")).to_be_focused()
    clavier.press("ArrowRight")
    expect(comptoir.rang("E 001")).to_be_focused()
    clavier.press("ArrowDown")
    expect(comptoir.rang("E 002")).to_be_focused()
    clavier.press("Enter")
    expect(page.locator("#geste-presence")).to_be_focused()
    clavier.press("p")
    expect(comptoir.rang("E 002")).to_contain_text("en pause")
    expect(page.locator("#geste-presence")).to_be_focused()
    clavier.press("z")
    expect(comptoir.rang("E 002")).not_to_contain_text("en pause")
    clavier.press("m")
    expect(comptoir.rang("E 002")).to_contain_text("prioritaire")
    clavier.press("d")
    clavier.press("o")
    expect(comptoir.file("orientation")).to_have_text(["E 002"])
    clavier.press("r")
    expect(page.locator(".confirmer button")).to_be_focused()
    clavier.press("Escape")
    expect(page.locator(".confirmer")).to_have_count(0)
    clavier.press("r")
    expect(page.locator(".confirmer button")).to_be_focused()
    clavier.press("r")
    expect(comptoir.rang("E 002")).to_have_count(0)
    assert comptoir.actif() != ""


def test_letters_do_nothing_in_a_field_or_once_turned_off(tenir: Tenir) -> None:
    comptoir = tenir().ouvrir()
    page, clavier = comptoir.page, comptoir.page.keyboard
    clavier.press("/")
    clavier.type("ne")
    expect(page.locator("#cherche")).to_have_value("ne")
    clavier.press("Escape")
    clavier.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    comptoir.verifier()
    page.get_by_label("Utiliser ces touches sur ce poste").uncheck()
    clavier.press("Escape")
    clavier.press("n")
    clavier.press("e")
    page.reload()
    clavier.press("n")
    clavier.press("e")
    page.wait_for_timeout(300)
    expect(page.locator("#mode")).to_be_hidden()
    expect(comptoir.file("emploi")).to_have_count(0)


@pytest.mark.lent
@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_a_morning_without_javascript(cite: Cite, tenir: Tenir, taille: str) -> None:
    comptoir = tenir(taille, java_script_enabled=False).ouvrir()
    page = comptoir.page
    expect(page.locator("#ouvrir-aide")).to_be_hidden()
    page.locator("#donner-langue").select_option("uk")
    page.locator("#donner-emploi").click()
    expect(page.get_by_text("Numéro E 001 donné.")).to_be_visible()
    expect(comptoir.panneau).to_contain_text("ukrainien")
    comptoir.geste("Imprimer").click()
    expect(page.get_by_role("heading", name="E 001")).to_be_visible()
    page.get_by_role("link", name="Revenir au hall").click()
    comptoir.geste("Pause").click()
    expect(comptoir.rang("E 001")).to_contain_text("en pause")
    page.get_by_role("button", name="Annuler").click()
    comptoir.geste("Priorité").click()
    comptoir.geste("Changer").click()
    expect(comptoir.file("changer")).to_have_text(["E 001"])
    comptoir.geste("Fermer").click()
    page.get_by_label("Numéro", exact=True).fill("41")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("alert")).to_contain_text("Aucun numéro 041 aujourd’hui.")
    page.get_by_label("Numéro", exact=True).fill("e1")
    page.get_by_role("button", name="Chercher").click()
    comptoir.geste("Retirer").click()
    comptoir.geste("Retirer").click()
    expect(page.get_by_text("E 001 est retiré de la file.")).to_be_visible()
    expect(page.locator(".rang")).to_have_count(0)
    page.locator("#porte-emploi-bouton").click()
    page.locator("#porte-emploi-fermee").click()
    expect(comptoir.colonne("emploi")).to_have_attribute("data-ouvert", "non")
    page.get_by_text("Annoncer sur les écrans").click()
    page.get_by_role("button", name="Un atelier commence").click()
    expect(page.get_by_text("encore 10 min")).to_be_visible()


# ------------------------------------------------------------------------------------------------ a hall that lives
def test_what_others_do_appears_within_a_second_and_moves_nothing(cite: Cite, tenir: Tenir) -> None:
    for _ in range(3):
        cite.regie.prendre(pole="emploi")
    cite.regie.ouvrir(guichet="2", poles=["emploi"])
    comptoir = tenir().ouvrir()
    page = comptoir.page
    page.locator("#donner-question").select_option("je-veux-changer")
    page.locator("#porte-formation-bouton").click()
    page.wait_for_timeout(1500)  # the stream is open
    comptoir.rang("E 002").focus()
    numero, debut = cite.regie.prendre(pole="emploi"), time.monotonic()
    expect(comptoir.rang(numero)).to_be_visible(timeout=1_000)
    assert time.monotonic() - debut < 1
    expect(comptoir.rang("E 002")).to_be_focused()
    expect(page.locator("#porte-formation")).to_have_attribute("open", "")
    expect(page.locator("#donner-question")).to_have_value("je-veux-changer")
    expect(page.locator("#vif")).to_have_text("E 004, nouveau numéro")

    cite.regie.appeler(guichet="2")
    expect(page.locator("#vif")).to_have_text("E 001 appelé au guichet 2")
    expect(comptoir.rang("E 002")).to_be_focused()
    expect(comptoir.rang("E 001")).to_contain_text("appelé, guichet 2")


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_the_page_stays_where_it_was_scrolled_to(cite: Cite, tenir: Tenir, taille: str) -> None:
    for _ in range(25):
        cite.regie.prendre(pole="emploi")
    comptoir = tenir(taille).ouvrir()
    page = comptoir.page
    page.wait_for_timeout(1500)
    comptoir.rang("E 020").scroll_into_view_if_needed()
    comptoir.rang("E 020").focus()
    page.wait_for_timeout(300)
    avant = page.evaluate("scrollY")
    assert avant > 0
    cite.regie.prendre(pole="activite")
    expect(comptoir.file("activite")).to_have_count(1)
    assert page.evaluate("scrollY") == avant
    page.locator("#donner-emploi").focus()
    avant = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    expect(comptoir.panneau).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") == avant


def test_the_focus_goes_to_the_neighbour_when_its_row_leaves(cite: Cite, tenir: Tenir) -> None:
    for _ in range(2):
        cite.regie.prendre(pole="emploi")
    cite.regie.ouvrir(guichet="2", poles=["emploi"])
    comptoir = tenir().ouvrir()
    comptoir.page.wait_for_timeout(1500)
    cite.regie.appeler(guichet="2"), cite.regie.commencer(guichet="2")
    expect(comptoir.rang("E 001")).to_contain_text("reçu")
    comptoir.rang("E 001").focus()
    cite.regie.terminer(guichet="2")
    expect(comptoir.rang("E 001")).to_have_count(0)
    expect(comptoir.rang("E 002")).to_be_focused()


def test_a_quiet_hall_is_not_painted_again(tenir: Tenir) -> None:
    comptoir = tenir().ouvrir()
    page = comptoir.page
    page.wait_for_timeout(1500)
    page.evaluate("document.querySelector('.hall').dataset.temoin = 'oui'")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(800)
    assert page.evaluate("document.querySelector('.hall').dataset.temoin") == "oui"


def test_a_refresh_between_press_and_release_keeps_the_click(cite: Cite, tenir: Tenir) -> None:
    cite.regie.prendre(pole="emploi")
    comptoir = tenir().ouvrir()
    page = comptoir.page
    page.wait_for_timeout(1500)
    boite = page.locator("#donner-changer").bounding_box()
    assert boite
    page.mouse.move(boite["x"] + 20, boite["y"] + 20)
    page.mouse.down()
    cite.regie.prendre(pole="emploi")
    expect(comptoir.file("emploi")).to_have_count(2)
    page.mouse.up()
    expect(comptoir.file("changer")).to_have_text(["C 001"])
    page.wait_for_timeout(500)
    expect(comptoir.file("changer")).to_have_count(1)


def test_a_refusal_stays_in_view_while_the_hall_lives(cite: Cite, tenir: Tenir) -> None:
    cite.regie.prendre(pole="emploi")
    cite.regie.ouvrir(guichet="2", poles=["emploi"])
    comptoir = tenir().ouvrir()
    page = comptoir.page
    comptoir.choisir("E 001")
    page.wait_for_timeout(1500)
    page.route("**/accueil/?*p=*", lambda route: route.abort())  # a slow network: the page does not know yet
    cite.regie.appeler(guichet="2")
    comptoir.geste("Pause").click()
    refus = page.get_by_role("alert").filter(has_text="Quelqu’un d’autre a déjà agi")
    expect(refus).to_be_visible()
    expect(comptoir.panneau).to_contain_text("appelé")
    page.unroute("**/accueil/?*p=*")
    comptoir.verifier()
    cite.regie.prendre(pole="formation")
    expect(comptoir.rang("F 001")).to_be_visible()
    expect(refus).to_be_visible()
    page.locator("#donner-changer").click()
    expect(refus).to_have_count(0)


def test_a_server_that_does_not_answer_costs_nothing(tenir: Tenir) -> None:
    comptoir = tenir().ouvrir()
    page = comptoir.page

    def perdre_la_reponse(route: Any) -> None:
        route.fetch()  # the server did it
        route.abort()  # and nobody knows

    page.route("**/accueil/donner/", perdre_la_reponse)
    page.route("**/accueil/?*p=*", lambda route: route.abort())
    page.locator("#donner-emploi").click()
    expect(page.locator("#panne")).to_be_visible()
    page.unroute("**/accueil/donner/")  # the hall itself stays as it was: once it shows E 001, a tap is another number
    page.locator("#donner-emploi").click()
    expect(comptoir.panneau.get_by_role("heading")).to_have_text("E 001")
    page.unroute_all()
    expect(page.locator("#panne")).to_be_hidden()
    expect(comptoir.file("emploi")).to_have_count(1)


def test_a_session_that_ends_leads_to_signing_in(tenir: Tenir) -> None:
    comptoir = tenir().ouvrir()
    comptoir.page.context.clear_cookies()
    comptoir.page.locator("#donner-emploi").click()
    comptoir.page.wait_for_url("**/connexion/**")
    expect(comptoir.page.get_by_label("Identifiant")).to_be_visible()


def test_the_offer_to_undo_goes_away_by_itself(cite: Cite, tenir: Tenir) -> None:
    cite.regie.prendre(pole="emploi")
    cite.regie.regler(annulation_s=2)
    comptoir = tenir().ouvrir()
    comptoir.choisir("E 001")
    comptoir.geste("Pause").click()
    expect(comptoir.page.locator("#annuler")).to_be_visible()
    expect(comptoir.page.locator("#annuler")).to_be_hidden(timeout=5_000)
    cite.regie.regler(annulation_s=30)


@pytest.mark.lent
@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_a_full_hall_in_the_dark_scheme(cite: Cite, tenir: Tenir, taille: str) -> None:
    poles = ("accueil", "orientation", "formation", "emploi", "changer", "activite")
    for n in range(40):
        cite.regie.prendre(pole=poles[n % 6], langue="ar" if n % 5 == 0 else "fr")
    cite.regie.ouvrir(guichet="2"), cite.regie.ouvrir(guichet="3")
    cite.regie.appeler(guichet="2"), cite.regie.absent(guichet="2")
    cite.regie.appeler(guichet="2"), cite.regie.appeler(guichet="3"), cite.regie.commencer(guichet="3")
    comptoir = tenir(taille, color_scheme="dark").ouvrir()
    comptoir.verifier()
    comptoir.page.locator("#cherche").fill("2")
    comptoir.page.keyboard.press("Enter")
    expect(comptoir.panneau).to_contain_text("Quel 002 ?")
    comptoir.verifier()
    comptoir.page.locator("#panneau .rang").last.click()
    expect(comptoir.panneau.locator(".gestes")).to_be_visible()
    comptoir.verifier()


def test_the_paper_is_one_sheet_of_eighty_millimetres(cite: Cite, tenir: Tenir) -> None:
    cite.regie.prendre(pole="emploi", langue="ar")
    comptoir = tenir().ouvrir()
    comptoir.choisir("E 001")
    adresse = comptoir.panneau.get_by_role("link", name="Imprimer").get_attribute("href")
    comptoir.page.goto(f"{comptoir.url}{adresse}")
    comptoir.verifier()
    pdf = comptoir.page.pdf(prefer_css_page_size=True)
    feuilles = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) [\d.]+\]", pdf)
    assert [round(float(largeur) / 72 * 25.4) for largeur in feuilles] == [80]

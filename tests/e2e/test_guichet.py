"""The advisor's desk in a real browser, at three sizes: the whole visit, the keyboard alone, and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.serveur import Serveur, copie_de_base, gerer

pytestmark = pytest.mark.navigateur

TAILLES = {"bureau": (1366, 768), "large": (1920, 1080), "telephone": (390, 844)}
REGLES_AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What the page itself sees go wrong: refused by the content policy, or thrown by a script. Refusals are expected.
TEMOIN = """
addEventListener("securitypolicyviolation", (e) => console.error("CSP", e.violatedDirective, e.blockedURI));
"""
# Nothing asked for, and what is shown has been there long enough to be pressed.
POSEE = """() => {
  const scene = document.getElementById("guichet-scene");
  if (document.querySelector(".htmx-request")) return false;
  return !(scene instanceof HTMLFormElement) || performance.now() - Number(scene.dataset.parue ?? NaN) > 450;
}"""
ATTENDUS = ("Failed to load resource", "Response Status Error Code 4")

SEMER = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from cite.models import Agent
from tests.lieu import ouvrir_toujours
ouvrir_toujours()
for n in range(2):
    agent = Agent.objects.create_user(f"conseil-{n}")
    agent.groups.add(Group.objects.get(name="conseil"))
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(agent.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.create()
    print(session.session_key)
"""
PRENDRE = """
from accueil.models import Appel, Entretien, FileAttente, GuichetOuvert, Ticket, Transition
from accueil.regles import tickets
from accueil.regles.gestes import nouvelle_cle
from cite.models import Pole, Reglages
if {vider}:
    for modele in (Appel, Transition, Entretien, Ticket, GuichetOuvert, FileAttente):
        modele.objects.all().delete()
    Reglages.objects.update_or_create(pk=1, defaults=dict(rappel_ecart_s=20, annulation_s=30) | {reglages})
for code in {codes}:
    tickets.prendre_ticket(pole=Pole.objects.get(code=code), cle=nouvelle_cle(), langue="{langue}")
"""


@dataclass
class Cite:
    """A seeded place served by a real server, and two signed-in advisors."""

    serveur: Serveur
    sessions: list[str]

    def salle(self, *codes: str, **reglages: int) -> None:
        """Empty the hall and the desks, then let people take a number at these poles."""
        self._prendre(codes, True, reglages)

    def arriver(self, *codes: str) -> None:
        self._prendre(codes, False, {})

    def _prendre(self, codes: tuple[str, ...], vider: bool, reglages: dict[str, int]) -> None:
        script = PRENDRE.format(codes=codes, vider=vider, reglages=reglages, langue="es")
        gerer(self.serveur.adresse, "shell", "--verbosity=0", "-c", script)


@pytest.fixture(scope="module")
def cite(_base_modele: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cite]:
    dossier: Path = tmp_path_factory.mktemp("guichet")
    with copie_de_base(_base_modele, dossier) as adresse:
        gerer(adresse, "amorcer")
        sessions = gerer(adresse, "shell", "--verbosity=0", "-c", SEMER).split()
        with Serveur(adresse, dossier) as serveur:
            yield Cite(serveur, sessions)


@dataclass
class Bureau:
    """A browser at a desk, and what it complains of."""

    page: Page
    url: str
    plaintes: list[str] = field(default_factory=list)

    def ouvrir(self, nom: str = "1", *poles: str) -> Bureau:
        self.page.goto(f"{self.url}/guichet/")
        self.page.locator(".place", has_text=f"Guichet {nom}").locator("input").check()
        for pole in poles or ("emploi",):
            self.page.locator(f"#pole-{pole}").check()
        self.page.get_by_role("button", name="Ouvrir ce guichet").click()
        expect(self.page.get_by_role("heading", name=f"Guichet {nom}")).to_be_visible()
        return self

    def presser(self, nom: str) -> None:
        """Press a button as a person does: once it is there, and not in the instant when it appeared."""
        expect(self.page.get_by_role("button", name=nom)).to_be_visible()
        self.poser()
        self.page.get_by_role("button", name=nom).click()

    def poser(self) -> None:
        self.page.wait_for_function(POSEE)

    @property
    def numero(self) -> Locator:
        return self.page.locator("#visiteur-numero")

    @property
    def badge(self) -> Locator:
        return self.page.locator(".visiteur-tete .badge")

    @property
    def attente(self) -> Locator:
        return self.page.locator("#guichet-attente")

    def theme(self, nom: str) -> Locator:
        return self.page.get_by_label(nom, exact=True)

    def fautes(self) -> list[str]:
        resultat = Axe().run(self.page, options={"runOnly": REGLES_AXE, "resultTypes": ["violations"]})
        return [f"{faute['id']} {[n['target'] for n in faute['nodes']]}" for faute in resultat.response["violations"]]

    def verifier(self) -> None:
        """Nothing for axe to say, nothing wider than the screen."""
        self.poser()
        assert self.fautes() == []
        largeurs = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert largeurs[0] <= largeurs[1]


Asseoir = Callable[..., Bureau]


@pytest.fixture
def asseoir(chromium: Browser, cite: Cite) -> Iterator[Asseoir]:
    """A function that seats an advisor at a browser; at the end, none may have complained of anything unexpected."""
    contextes: list[BrowserContext] = []
    bureaux: list[Bureau] = []

    def asseoir_(taille: str = "bureau", *, qui: int = 0, **options: object) -> Bureau:
        largeur, hauteur = TAILLES[taille]
        contexte = chromium.new_context(viewport={"width": largeur, "height": hauteur}, **options)
        contexte.add_cookies([{"name": "sessionid", "value": cite.sessions[qui], "url": cite.serveur.url}])
        contexte.add_init_script(TEMOIN)
        contexte.set_default_timeout(15_000)
        contextes.append(contexte)
        bureau = Bureau(contexte.new_page(), cite.serveur.url)
        bureau.page.on("pageerror", lambda erreur: bureau.plaintes.append(str(erreur)))
        bureau.page.on(
            "console",
            lambda message: (
                bureau.plaintes.append(message.text)
                if message.type == "error" and not message.text.startswith(ATTENDUS)
                else None
            ),
        )
        bureaux.append(bureau)
        return bureau

    expect.set_options(timeout=10_000)
    yield asseoir_
    for contexte in contextes:
        contexte.close()
    assert [plainte for bureau in bureaux for plainte in bureau.plaintes] == []


# ------------------------------------------------------------------------------------------------ the whole visit
@pytest.mark.lent
@pytest.mark.parametrize("taille", TAILLES)
def test_a_visit_over_two_desks_from_opening_to_closing(cite: Cite, asseoir: Asseoir, taille: str) -> None:
    cite.salle("emploi", "emploi", "formation")
    un = asseoir(taille)
    un.page.goto(f"{un.url}/guichet/")
    un.verifier()
    un.ouvrir()
    un.verifier()
    un.presser("Appeler le suivant")
    expect(un.numero).to_have_text("E 001")
    expect(un.badge).to_have_text("appelé")
    expect(un.page.locator("#guichet-dit")).to_have_text("Le E 001 est appelé.")
    expect(un.numero).to_be_focused()
    expect(un.page.get_by_text("parle espagnol")).to_be_visible()
    un.verifier()
    un.presser("La personne est là, commencer")
    expect(un.badge).to_have_text("en entretien")
    un.theme("Réseau").check()
    un.page.get_by_text("Tous les thèmes").click()
    un.theme("Alternance").check()
    un.verifier()
    un.presser("Passer à un autre pôle")
    expect(un.theme("Alternance")).to_be_checked()
    un.verifier()
    un.presser("Trouver une formation")
    expect(un.page.get_by_role("heading", name="Vous êtes libre")).to_be_focused()

    deux = asseoir(taille, qui=1).ouvrir("2", "formation")
    expect(deux.attente.locator("li .numero")).to_have_text(["E 001", "F 001"])  # the arrival is kept
    deux.presser("Appeler le suivant")
    expect(deux.numero).to_have_text("E 001")
    deux.presser("La personne est là, commencer")
    deux.theme("Trouver sa formation").check()
    deux.presser("Terminer l’entretien")
    deux.presser("Annuler : fin de l’entretien du E 001")
    expect(deux.badge).to_have_text("en entretien")
    expect(deux.theme("Trouver sa formation")).to_be_checked()
    deux.presser("Faire une pause")
    expect(deux.page.get_by_role("heading", name="Mettre le guichet en pause ?")).to_be_focused()
    deux.verifier()
    deux.presser("Mettre en pause")
    deux.presser("Terminer l’entretien")
    expect(deux.page.get_by_role("heading", name="Le guichet est en pause")).to_be_visible()
    deux.verifier()
    deux.page.locator("#geste-reprendre").click()
    deux.presser("Fermer le guichet")
    expect(deux.page.get_by_text("Le guichet 2 est fermé.")).to_be_visible()
    assert deux.page.locator(".place", has_text="Guichet 2").locator("input").is_checked()


@pytest.mark.parametrize("taille", ["bureau", "telephone"])
def test_every_step_and_refusal_in_the_dark_scheme(cite: Cite, asseoir: Asseoir, taille: str) -> None:
    cite.salle("emploi", "emploi")
    bureau = asseoir(taille, color_scheme="dark").ouvrir()
    bureau.presser("Changer de pôles")
    bureau.poser()
    bureau.verifier()
    bureau.presser("Ne rien changer")
    bureau.poser()
    bureau.attente.get_by_role("link", name="Appeler le E 002").click()
    expect(bureau.page.get_by_role("heading", name="Appeler le E 002 ?")).to_be_focused()
    expect(bureau.page.get_by_text("Une personne arrivée avant attend encore")).to_be_visible()
    bureau.verifier()
    bureau.presser("Appeler le E 002")
    expect(bureau.numero).to_have_text("E 002")
    bureau.presser("Fermer le guichet")
    expect(bureau.page.get_by_text("Le E 002 est encore à ce guichet.")).to_be_visible()
    bureau.verifier()
    bureau.page.goto(f"{bureau.url}/guichet/987/")
    expect(bureau.page.get_by_role("heading", name="Ce guichet n’est pas ouvert sur ce poste.")).to_be_visible()
    bureau.verifier()


# ------------------------------------------------------------------------------------------------ keyboard
@pytest.mark.lent
def test_the_keyboard_alone_does_a_whole_visit(cite: Cite, asseoir: Asseoir) -> None:
    cite.salle("emploi")
    bureau = asseoir()
    page, clavier = bureau.page, bureau.page.keyboard
    page.goto(f"{bureau.url}/guichet/")
    _aller_au_clavier(page, "guichet-")
    clavier.press("Space")
    _aller_au_clavier(page, "pole-emploi")
    clavier.press("Space")
    clavier.press("Enter")
    expect(page.get_by_role("heading", name="Guichet 1")).to_be_visible()
    expect(page.locator("#guichet-ouvre-aide")).to_be_visible()  # the keys are listened to
    clavier.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    clavier.press("s")  # nothing is called while the help is read
    clavier.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    clavier.press("s")
    expect(bureau.numero).to_be_focused()
    clavier.press("c")
    expect(bureau.badge).to_have_text("en entretien")
    _aller_au_clavier(page, "theme-")
    clavier.press("Space")
    clavier.press("t")  # a field has the focus: letters do nothing
    clavier.press("Enter")  # nor does Enter in a box
    expect(bureau.badge).to_have_text("en entretien")
    clavier.press("p")
    expect(page.locator(".passer-poles")).to_have_count(0)
    clavier.press("Escape")
    clavier.press("p")
    expect(page.get_by_role("heading", name="Où le E 001 continue-t-il ?")).to_be_focused()
    clavier.press("Escape")
    expect(page.locator(".passer-poles")).to_have_count(0)
    expect(page.locator("[name=themes]:checked")).to_have_count(1)
    clavier.press("t")
    expect(page.get_by_role("heading", name="Vous êtes libre")).to_be_focused()


def _aller_au_clavier(page: Page, prefixe: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id").startswith(prefixe):
            return
    raise AssertionError(f"the keyboard does not reach {prefixe}")


# ------------------------------------------------------------------------------------------------ without JavaScript
@pytest.mark.lent
def test_a_whole_visit_without_javascript(cite: Cite, asseoir: Asseoir) -> None:
    cite.salle("emploi", "emploi", "emploi")
    bureau = asseoir(java_script_enabled=False).ouvrir()
    page = bureau.page
    page.get_by_role("button", name="Appeler le suivant").click()
    expect(bureau.numero).to_have_text("E 001")
    page.get_by_role("button", name="Rappeler").click(force=True)  # too soon: refused in place
    expect(page.get_by_text("Le E 001 vient d’être appelé.")).to_be_visible()
    page.get_by_role("button", name="Annuler : appel du E 001").click()
    page.get_by_label("Appeler un numéro précis").fill("e2")
    page.get_by_role("button", name="Chercher ce numéro").click()
    page.get_by_role("button", name="Appeler le E 002").click()
    page.get_by_role("button", name="La personne est là, commencer").click()
    bureau.theme("Réseau").check()
    page.get_by_role("button", name="Faire une pause").click()
    page.get_by_role("button", name="Ne rien changer").click()
    expect(bureau.theme("Réseau")).to_be_checked()
    page.get_by_role("button", name="Passer à un autre pôle").click()
    expect(bureau.theme("Réseau")).to_be_checked()
    page.get_by_role("button", name="Créer son activité").click()
    page.get_by_role("button", name="Appeler le suivant").click()
    page.get_by_role("button", name="Absente").click()
    expect(bureau.attente.get_by_text("Absents à l’appel")).to_be_visible()
    page.get_by_role("button", name="Changer de pôles").click()
    page.get_by_label("Activité").check()
    page.get_by_role("button", name="Servir ces pôles").click()
    expect(bureau.attente.locator("li .numero")).to_have_text(["E 002", "E 003", "E 001"])
    page.get_by_role("button", name="Fermer le guichet").click()
    expect(page.get_by_text("Le guichet 1 est fermé.")).to_be_visible()


# ------------------------------------------------------------------------------------------------ several at once
def test_two_desks_racing_call_two_people(cite: Cite, asseoir: Asseoir) -> None:
    cite.salle("emploi", "emploi")
    un, deux = asseoir().ouvrir("1"), asseoir(qui=1).ouvrir("2")
    for bureau in (un, deux):
        bureau.page.evaluate("document.getElementById('geste-appeler').click()")
    expect(un.numero).to_be_visible()
    expect(deux.numero).to_be_visible()
    assert {un.numero.inner_text(), deux.numero.inner_text()} == {"E 001", "E 002"}


def test_a_live_refresh_keeps_what_is_ticked_and_the_title_counts(cite: Cite, asseoir: Asseoir) -> None:
    cite.salle("emploi")
    bureau = asseoir().ouvrir()
    bureau.presser("Appeler le suivant")
    bureau.presser("La personne est là, commencer")
    bureau.theme("Réseau").check()
    bureau.page.get_by_text("Tous les thèmes").click()
    bureau.theme("Reconversion").check()
    cite.arriver("emploi", "emploi")
    expect(bureau.attente.locator("li .numero")).to_have_text(["E 002", "E 003"])
    expect(bureau.page).to_have_title("(2) Guichet 1 · Cité des métiers")
    expect(bureau.theme("Réseau")).to_be_checked()
    expect(bureau.theme("Reconversion")).to_be_visible()
    expect(bureau.theme("Reconversion")).to_be_checked()


def test_an_empty_desk_is_calm_and_changes_quietly_when_someone_arrives(cite: Cite, asseoir: Asseoir) -> None:
    cite.salle()
    bureau = asseoir().ouvrir()
    expect(bureau.page.locator("#guichet-combien")).to_have_text("Personne n’attend à vos pôles.")
    expect(bureau.page).to_have_title("Guichet 1 · Cité des métiers")
    bureau.presser("Appeler le suivant")
    expect(bureau.page.get_by_role("alert").filter(has_text="Personne n’attend")).to_be_visible()
    cite.arriver("emploi")
    expect(bureau.page.locator("#guichet-combien")).to_have_text("Une personne attend à vos pôles.")
    expect(bureau.page).to_have_title("(1) Guichet 1 · Cité des métiers")
    expect(bureau.page.locator("audio, [autoplay]")).to_have_count(0)


def test_the_same_desk_in_two_tabs_shows_the_same_visitor(cite: Cite, asseoir: Asseoir) -> None:
    cite.salle("emploi")
    bureau = asseoir().ouvrir()
    autre = bureau.page.context.new_page()
    autre.goto(bureau.page.url)
    bureau.presser("Appeler le suivant")
    expect(autre.locator("#visiteur-numero")).to_have_text("E 001")


# ------------------------------------------------------------------------------------------------ slips and accidents
def test_a_double_click_presses_nothing_of_what_appears_under_it(cite: Cite, asseoir: Asseoir) -> None:
    cite.salle("emploi", "emploi")
    bureau = asseoir().ouvrir()
    bureau.poser()
    bouton = bureau.page.locator("#geste-appeler").bounding_box()
    assert bouton
    for _ in range(8):  # an impatient hand, in the middle of where the buttons come
        bureau.page.mouse.click(bouton["x"] + bouton["width"] / 2, bouton["y"] + bouton["height"] / 2, click_count=2)
    expect(bureau.numero).to_have_text("E 001")
    bureau.page.wait_for_timeout(600)
    expect(bureau.badge).to_have_text("appelé")


def test_a_recall_and_an_undo_follow_their_seconds(cite: Cite, asseoir: Asseoir) -> None:
    cite.salle("emploi", rappel_ecart_s=3, annulation_s=6)
    bureau = asseoir().ouvrir()
    bureau.presser("Appeler le suivant")
    rappeler = bureau.page.locator("#geste-rappeler")
    expect(rappeler).to_contain_text("possible dans")
    rappeler.click(force=True)
    expect(rappeler).to_have_attribute("aria-disabled", "true")
    expect(rappeler).not_to_contain_text("possible")
    expect(rappeler).to_be_enabled()
    bureau.presser("Rappeler")
    expect(bureau.page.locator("#guichet-dit")).to_have_text("Le E 001 est rappelé.")
    expect(rappeler).to_be_focused()
    expect(bureau.page.get_by_role("button", name="Annuler :")).to_have_count(0)


@pytest.mark.lent
def test_a_silent_server_is_said_and_the_same_gesture_counts_once(
    base_a_part: str, tmp_path: Path, asseoir: Asseoir, cite: Cite
) -> None:
    gerer(base_a_part, "amorcer")
    session = gerer(base_a_part, "shell", "--verbosity=0", "-c", SEMER).split()[0]
    with Serveur(base_a_part, tmp_path) as serveur:
        Cite(serveur, [session]).salle("emploi", "emploi")
        bureau = asseoir()
        bureau.url = serveur.url
        bureau.page.context.add_cookies([{"name": "sessionid", "value": session, "url": serveur.url}])
        bureau.ouvrir()
        serveur.tuer()
        bureau.presser("Appeler le suivant")
        expect(bureau.page.get_by_text("Le serveur n’a pas répondu.")).to_be_visible()
        serveur.demarrer()
        bureau.presser("Appeler le suivant")
        expect(bureau.numero).to_have_text("E 001")
        expect(bureau.page.get_by_text("Le serveur n’a pas répondu.")).to_be_hidden()
        bureau.plaintes.clear()  # the browser rightly said that nobody answered


def test_a_session_that_ended_leads_to_the_sign_in(cite: Cite, asseoir: Asseoir) -> None:
    cite.salle("emploi")
    bureau = asseoir().ouvrir()
    bureau.page.context.clear_cookies(name="sessionid")
    bureau.presser("Appeler le suivant")
    bureau.page.wait_for_url("**/connexion/**")


def test_a_desk_taken_elsewhere_says_so_at_the_next_gesture(cite: Cite, asseoir: Asseoir) -> None:
    cite.salle("emploi")
    un = asseoir().ouvrir()
    deux = asseoir(qui=1)
    deux.page.goto(f"{deux.url}/guichet/")
    deux.page.get_by_role("link", name="Reprendre ce guichet 1").click()
    deux.verifier()
    deux.page.get_by_role("button", name="Reprendre le guichet 1").click()
    un.presser("Appeler le suivant")
    expect(un.page.get_by_role("heading", name="Ce guichet n’est pas ouvert sur ce poste.")).to_be_focused()
    un.page.get_by_role("link", name="Choisir un guichet").click()
    expect(un.page.get_by_role("heading", name="Où vous installez-vous ?")).to_be_visible()


def test_leaving_the_page_during_an_interview_asks(cite: Cite, asseoir: Asseoir) -> None:
    cite.salle("emploi")
    bureau = asseoir().ouvrir()
    demandes: list[str] = []
    bureau.page.on("dialog", lambda dialogue: (demandes.append(dialogue.type), dialogue.dismiss()))
    bureau.presser("Appeler le suivant")
    bureau.presser("La personne est là, commencer")
    expect(bureau.badge).to_have_text("en entretien")
    bureau.page.get_by_role("link", name="Guichet").click(no_wait_after=True)
    bureau.page.wait_for_timeout(500)
    assert demandes == ["beforeunload"]
    expect(bureau.badge).to_have_text("en entretien")

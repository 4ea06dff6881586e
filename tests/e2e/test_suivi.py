"""The visitor's telephone in a real browser: called, seen and heard once; without a script; with the server away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.concurrence.regie import Regie
from tests.e2e.conftest import ecouter, fautes_axe
from tests.e2e.endurance import HEURES, PENDANTES, Endurance
from tests.serveur import Serveur

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

# What a telephone does and no test machine shows: it vibrates, it sounds, it keeps its screen lit.
TEMOINS = """
window.vibrations = []; window.notes = 0;
Object.defineProperty(Navigator.prototype, "vibrate", { value: (motif) => window.vibrations.push(motif) });
const creer = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { window.notes += 1; return creer.call(this); };
"""
APPEL, APPROCHE = [400, 150, 400, 150, 800], [150]


class Telephone:
    """A telephone on one page, and what its browser complained of."""

    def __init__(self, contexte: BrowserContext, url: str) -> None:
        self.page: Page = contexte.new_page()
        self.url = url
        self.plaintes = ecouter(self.page)

    def aller(self, chemin: str) -> Telephone:
        self.page.goto(self.url + chemin)
        return self

    def attendre(self, vrai: Callable[[], Any], secondes: float = 20) -> None:
        fin = time.monotonic() + secondes
        while not vrai():
            assert time.monotonic() < fin, self.page.inner_text("main")
            self.page.wait_for_timeout(50)

    def etat(self) -> str | None:
        return self.page.locator(".suivi-etat").get_attribute("data-etat")

    def attendre_etat(self, etat: str) -> None:
        self.attendre(lambda: self.etat() == etat)

    def vibrations(self) -> list[list[int]]:
        return self.page.evaluate("vibrations")


@pytest.fixture
def regie(base_a_part: str) -> Iterator[Regie]:
    with Regie(base_a_part) as active:
        active.preparer()
        active.ouvrir(guichet="4", poles=["emploi"])
        yield active


Ouvrir = Callable[..., Telephone]


@pytest.fixture
def ouvrir(chromium: Browser, regie: Regie, serveur: Serveur) -> Iterator[Ouvrir]:
    contextes: list[BrowserContext] = []
    telephones: list[Telephone] = []

    def ouvrir_(**options: Any) -> Telephone:
        options = {"locale": "fr-FR", "viewport": {"width": 390, "height": 844}} | options
        contexte = chromium.new_context(has_touch=True, **options)
        contexte.add_init_script(TEMOINS)
        contextes.append(contexte)
        telephones.append(Telephone(contexte, serveur.url))
        return telephones[-1]

    yield ouvrir_
    biscuits = [biscuit["name"] for contexte in contextes for biscuit in contexte.cookies()]
    for contexte in contextes:
        contexte.close()
    propres = [p for t in telephones for p in t.plaintes if not p.startswith("Failed to load resource")]
    assert (propres, biscuits) == ([], [])


# ------------------------------------------------------------------------------------------------ called
def test_a_call_vibrates_sounds_and_is_said_once_and_so_is_the_second_call(ouvrir: Ouvrir, regie: Regie) -> None:
    telephone = ouvrir().aller(f"/suivi/{regie.suivre()}/")
    expect(telephone.page).to_have_title("E 001 · Personne avant vous")
    telephone.page.get_by_role("button", name="Activer le son").click()
    expect(telephone.page.get_by_role("button", name="Le son est activé")).to_have_attribute("aria-pressed", "true")
    telephone.attendre(lambda: telephone.page.evaluate("notes") == 1)
    regie.appeler(guichet="4")
    telephone.attendre_etat("appele")
    expect(telephone.page).to_have_title("C’est à vous : guichet 4")
    expect(telephone.page.locator("#appel")).to_have_text("On vous appelle : guichet 4.")
    telephone.attendre(lambda: telephone.page.evaluate("notes") == 5)
    assert telephone.vibrations() == [APPEL]
    regie.prendre(pole="formation")  # a change of the hall that is not this visitor's
    telephone.page.wait_for_timeout(2_500)
    assert telephone.vibrations() == [APPEL]
    regie.rappeler(guichet="4")
    telephone.attendre(lambda: telephone.vibrations() == [APPEL, APPEL])
    assert fautes_axe(telephone.page) == []


def test_without_a_touch_for_sound_the_telephone_still_vibrates(ouvrir: Ouvrir, regie: Regie) -> None:
    telephone = ouvrir().aller(f"/suivi/{regie.suivre()}/")
    regie.appeler(guichet="4")
    telephone.attendre_etat("appele")
    assert (telephone.vibrations(), telephone.page.evaluate("notes")) == ([APPEL], 0)


def test_two_left_before_is_said_when_it_becomes_true(ouvrir: Ouvrir, regie: Regie) -> None:
    for _ in range(3):
        regie.prendre()
    telephone = ouvrir().aller(f"/suivi/{regie.suivre()}/")
    dit = telephone.page.locator("#dit")
    expect(dit).to_have_text("")
    regie.appeler(guichet="4")
    expect(dit).to_have_text("Plus que deux personnes avant vous, rapprochez-vous.", timeout=15_000)
    expect(telephone.page.locator(".proche")).to_be_visible()
    assert telephone.vibrations() == [APPROCHE]


def test_the_end_of_the_visit_ends_the_page(ouvrir: Ouvrir, regie: Regie) -> None:
    telephone = ouvrir().aller(f"/suivi/{regie.suivre()}/")
    regie.appeler(guichet="4"), regie.commencer(guichet="4")
    expect(telephone.page.get_by_role("heading", name="Vous êtes en entretien")).to_be_visible(timeout=15_000)
    regie.terminer(guichet="4")
    expect(telephone.page.get_by_role("heading", name="Ce suivi est terminé.")).to_be_visible(timeout=15_000)
    assert fautes_axe(telephone.page) == []


# ------------------------------------------------------------------------------------------------ gestures
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_je_reviens_je_suis_la_je_pars(ouvrir: Ouvrir, regie: Regie, script: bool) -> None:
    page = ouvrir(java_script_enabled=script).aller(f"/suivi/{regie.suivre()}/").page
    page.get_by_role("button", name="Je reviens").click()
    expect(page.get_by_role("heading", name="Votre place est gardée jusqu’à")).to_be_visible()
    page.get_by_role("button", name="Je suis là").click()
    expect(page.get_by_role("heading", name="Personne avant vous")).to_be_visible()
    page.get_by_role("link", name="Je pars").click()
    page.get_by_role("link", name="Rester dans la file").click()
    assert regie.etats() == ["en_attente"]
    page.get_by_role("link", name="Je pars").click()
    page.get_by_role("button", name="Oui, je pars").click()
    expect(page.get_by_role("heading", name="Ce suivi est terminé.")).to_be_visible()
    assert regie.etats() == ["parti"]


def test_the_keyboard_alone_is_enough(ouvrir: Ouvrir, regie: Regie) -> None:
    telephone = ouvrir().aller(f"/suivi/{regie.suivre()}/")
    page = telephone.page
    vus = []
    for _ in range(6):
        page.keyboard.press("Tab")
        vus.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
    assert vus[3:] == ["geste-revenir", "partir", "son"]
    page.keyboard.press("Shift+Tab"), page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    telephone.attendre_etat("en_pause")


def test_a_refresh_leaves_the_focus_where_it_is(ouvrir: Ouvrir, regie: Regie) -> None:
    for _ in range(4):
        regie.prendre()
    telephone = ouvrir().aller(f"/suivi/{regie.suivre()}/")
    telephone.page.locator("#partir").focus()
    regie.appeler(guichet="4")
    expect(telephone.page.get_by_role("heading", name="3 personnes avant vous")).to_be_visible(timeout=15_000)
    expect(telephone.page.locator("#partir")).to_be_focused()


# ------------------------------------------------------------------------------------------------ taking a number
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_number_from_the_screen_s_code_to_its_follow_up(ouvrir: Ouvrir, regie: Regie, script: bool) -> None:
    page = ouvrir(java_script_enabled=script).aller(f"/ticket/?p={regie.code_du_moment()}").page
    if script:
        assert fautes_axe(page) == []
    page.get_by_role("link", name="Je cherche un emploi").click()
    if script:
        assert fautes_axe(page) == []
    page.get_by_role("button", name="Prendre mon numéro").dblclick(no_wait_after=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre numéro E 001")
    assert regie.etats() == ["en_attente"]


def test_arabic_reads_from_the_right_from_the_code_to_the_call(ouvrir: Ouvrir, regie: Regie) -> None:
    telephone = ouvrir(locale="ar", color_scheme="dark").aller(f"/ticket/?p={regie.code_du_moment()}")
    page = telephone.page
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.locator(".choix", has_text="أبحث عن عمل").click()
    page.locator("form button").click()
    telephone.attendre(lambda: "/ar/suivi/" in page.url)
    assert fautes_axe(page) == []
    regie.appeler(guichet="4")
    telephone.attendre_etat("appele")
    expect(page.locator("#appel")).to_have_text("نناديكم: الشباك 4.")
    assert fautes_axe(page) == []


# ------------------------------------------------------------------------------------------------ look
@pytest.mark.parametrize("schema", ["light", "dark"])
@pytest.mark.parametrize("largeur", [320, 390, 1366])
def test_pages_fit_targets_are_large_and_axe_finds_nothing(
    ouvrir: Ouvrir, regie: Regie, largeur: int, schema: str
) -> None:
    telephone = ouvrir(color_scheme=schema)
    telephone.page.set_viewport_size({"width": largeur, "height": 844})
    jeton = regie.suivre()
    petites = """els => els.filter(e => e.checkVisibility() && !e.matches('.evitement, .bandeau-demo a')
        && e.getBoundingClientRect().height < 48).map(e => e.outerHTML)"""
    for chemin in (f"/suivi/{jeton}/", f"/suivi/{jeton}/?partir=oui", "/suivi/x/", "/ticket/"):
        page = telephone.aller(chemin).page
        assert page.evaluate("document.documentElement.scrollWidth") == largeur, chemin
        assert page.eval_on_selector_all("a, button", petites) == [], chemin
        assert fautes_axe(page) == [], chemin
        telephone.plaintes.clear()  # axe itself tries a style element here


def test_motion_is_reduced_where_it_is_asked(ouvrir: Ouvrir, regie: Regie) -> None:
    telephone = ouvrir(reduced_motion="reduce").aller(f"/suivi/{regie.suivre()}/")
    regie.appeler(guichet="4")
    telephone.attendre_etat("appele")
    duree = telephone.page.evaluate("getComputedStyle(document.querySelector('.suivi-appel')).animationDuration")
    assert float(duree.removesuffix("s")) < 0.001


# ------------------------------------------------------------------------------------------------ the server is away
def test_out_of_date_is_said_plainly_and_ends_by_itself(ouvrir: Ouvrir, regie: Regie, serveur: Serveur) -> None:
    telephone = ouvrir()
    telephone.page.clock.install()
    telephone.aller(f"/suivi/{regie.suivre()}/")
    bandeau = telephone.page.locator(".perime")
    serveur.tuer()
    telephone.page.clock.run_for(20_000)
    expect(bandeau).to_be_hidden()
    for _ in range(6):
        telephone.page.clock.run_for(10_000)
        telephone.page.wait_for_timeout(100)
    expect(bandeau).to_contain_text("Cette page n’est plus à jour")
    regie.appeler(guichet="4")
    serveur.demarrer()
    for _ in range(12):
        telephone.page.clock.run_for(5_000)
        telephone.page.wait_for_timeout(200)
    expect(bandeau).to_be_hidden()
    assert (telephone.etat(), telephone.vibrations()) == ("appele", [APPEL])


# ------------------------------------------------------------------------------------------------ eight hours
def test_eight_hours_of_a_follow_up_keep_memory_flat_and_every_call_is_felt_once(ouvrir: Ouvrir, regie: Regie) -> None:
    telephone = ouvrir()
    telephone.page.clock.install()
    telephone.page.add_init_script(PENDANTES)
    telephone.aller(f"/suivi/{regie.suivre()}/")
    essai = Endurance(telephone.page)
    for heure in range(HEURES):
        for _ in range(3):
            regie.appeler(guichet="4")
            essai.avancer(600)
            assert telephone.etat() == "appele"
            regie.absent(guichet="4"), regie.ramener()
            essai.avancer(600)
            assert telephone.etat() == "en_attente"
        essai.relever()
        assert telephone.vibrations().count(APPEL) == 3 * (heure + 1)
    essai.verifier()
    assert not telephone.page.locator(".perime").is_visible()

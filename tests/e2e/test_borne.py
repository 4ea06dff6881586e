"""The kiosk in a real browser, on its two sizes and on a phone: the whole visit, and everything that goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.serveur import Serveur, copie_de_base, gerer

pytestmark = pytest.mark.navigateur

TAILLES = {"haute": (1080, 1920), "large": (1920, 1080), "telephone": (390, 844)}
REGLES_AXE = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EMPLOI = "/borne/je-cherche-un-emploi/"

SEMER = """
from django.http import HttpResponse
from cite import appareils
from cite.models import Appareil
from tests.lieu import ouvrir_toujours
ouvrir_toujours()
for nom, imprime in (("sans-papier", False), ("avec-papier", True)):
    appareil = Appareil.objects.create(nom=nom, genre="borne", imprime=imprime)
    appareil, jeton = appareils.appairer(appareils.preparer_appairage(appareil))
    reponse = HttpResponse()
    appareils.poser_cookie(reponse, appareil, jeton, securise=False)
    print(reponse.cookies["appareil-borne"].value)
"""
PORTE = """
from accueil.regles.portes import regler_porte
from cite.models import Pole
regler_porte(pole=Pole.objects.get(code="{code}"), porte="{porte}")
"""
# What the page itself sees go wrong: refused by the content policy, or thrown by a script.
TEMOIN = """
addEventListener("securitypolicyviolation", (e) => console.error("CSP", e.violatedDirective, e.blockedURI));
"""


@dataclass
class Lieu:
    """A seeded place served by a real server, and the cookies of its two kiosks."""

    serveur: Serveur
    sans_papier: str
    avec_papier: str

    def porte(self, code: str, porte: str) -> None:
        gerer(self.serveur.adresse, "shell", "--verbosity=0", "-c", PORTE.format(code=code, porte=porte))


@pytest.fixture(scope="module")
def cite(_base_modele: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lieu]:
    dossier = tmp_path_factory.mktemp("borne")
    with copie_de_base(_base_modele, dossier) as adresse:
        gerer(adresse, "amorcer")
        sans_papier, avec_papier = gerer(adresse, "shell", "--verbosity=0", "-c", SEMER).split()
        with Serveur(adresse, dossier) as serveur:
            yield Lieu(serveur, sans_papier, avec_papier)


@dataclass
class Borne:
    """A page on a kiosk: relative addresses, and the complaints of the browser."""

    page: Page
    url: str
    plaintes: list[str] = field(default_factory=list)

    def aller(self, adresse: str = "/borne/") -> None:
        self.page.goto(self.url + adresse)

    def toucher(self, nom: str) -> None:
        self.page.get_by_role("link", name=nom).or_(self.page.get_by_role("button", name=nom)).first.click()

    def prendre(self, adresse: str = EMPLOI) -> str:
        self.aller(adresse)
        self.page.locator("form button").click()
        self.page.wait_for_url("**/ticket/**")
        return self.numero.inner_text()

    @property
    def numero(self) -> Locator:
        return self.page.locator("h1 .numero")

    @property
    def chemin(self) -> str:
        return self.page.url.removeprefix(self.url)


OuvrirBorne = Callable[..., Borne]


@pytest.fixture
def ouvrir(chromium: Browser, cite: Lieu) -> Iterator[OuvrirBorne]:
    """A function that opens a kiosk; at the end, no kiosk may have complained of anything it did not expect."""
    contextes: list[BrowserContext] = []
    bornes: list[Borne] = []

    def ouvrir_(taille: str = "haute", *, imprime: bool = False, worker: bool = False, **options: object) -> Borne:
        largeur, hauteur = TAILLES[taille]
        contexte = chromium.new_context(
            viewport={"width": largeur, "height": hauteur},
            service_workers="allow" if worker else "block",
            has_touch=True,
            **options,
        )
        contexte.add_cookies(
            [
                {
                    "name": "appareil-borne",
                    "value": cite.avec_papier if imprime else cite.sans_papier,
                    "url": cite.serveur.url,
                }
            ]
        )
        contexte.add_init_script(TEMOIN)
        contexte.set_default_timeout(15_000)
        contextes.append(contexte)
        borne = Borne(contexte.new_page(), cite.serveur.url)
        borne.page.on("pageerror", lambda erreur: borne.plaintes.append(str(erreur)))
        borne.page.on(
            "console",
            lambda message: (
                borne.plaintes.append(message.text)
                if message.type == "error" and not message.text.startswith("Failed to load resource")
                else None
            ),
        )
        bornes.append(borne)
        return borne

    yield ouvrir_
    for contexte in contextes:
        contexte.close()
    assert [plainte for borne in bornes for plainte in borne.plaintes] == []


def fautes(page: Page) -> list[str]:
    resultat = Axe().run(page, options={"runOnly": REGLES_AXE, "resultTypes": ["violations"]})
    return [f"{faute['id']} {[n['target'] for n in faute['nodes']]}" for faute in resultat.response["violations"]]


# ------------------------------------------------------------------------------------------------ the visit
@pytest.mark.parametrize("taille", TAILLES)
def test_a_visit_from_question_to_number_and_back(ouvrir: OuvrirBorne, taille: str) -> None:
    borne = ouvrir(taille)
    borne.aller()
    assert fautes(borne.page) == []
    borne.toucher("Je veux changer de vie professionnelle")
    expect(borne.page.get_by_role("button", name="Prendre mon numéro")).to_be_visible()
    assert fautes(borne.page) == []
    borne.toucher("Prendre mon numéro")
    expect(borne.numero).to_have_text(re.compile(r"C \d{3}"))
    expect(borne.page.get_by_role("heading", level=1)).to_be_focused()
    assert fautes(borne.page) == []
    borne.toucher("J’ai noté mon numéro")
    borne.page.wait_for_url(f"{borne.url}/borne/")


@pytest.mark.parametrize("taille", ["haute", "large"])
@pytest.mark.parametrize("adresse", ["/borne/", "/ar/borne/", EMPLOI])
def test_a_kiosk_page_fits_its_screen(ouvrir: OuvrirBorne, taille: str, adresse: str) -> None:
    borne = ouvrir(taille)
    borne.aller(adresse)
    depasse = "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]"
    assert borne.page.evaluate(depasse) == [0, 0]


@pytest.mark.parametrize("taille", TAILLES)
def test_everything_to_touch_is_large_enough(ouvrir: OuvrirBorne, taille: str) -> None:
    borne = ouvrir(taille)
    petites = (
        "els => els.filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 56).map(e => e.outerHTML)"
    )
    for adresse in ("/borne/", EMPLOI):
        borne.aller(adresse)
        assert borne.page.eval_on_selector_all("a, button", petites) == []


def test_on_a_tall_kiosk_the_choices_are_low(ouvrir: OuvrirBorne) -> None:
    borne = ouvrir("haute")
    borne.aller()
    assert borne.page.locator(".choix").first.bounding_box()["y"] > 1920 / 3


@pytest.mark.parametrize("taille", TAILLES)
@pytest.mark.parametrize("adresse", ["/borne/", EMPLOI])
def test_text_twice_as_large_stays_whole(ouvrir: OuvrirBorne, taille: str, adresse: str) -> None:
    borne = ouvrir(taille)
    borne.aller(adresse)
    racine = borne.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    borne.page.evaluate("taille => { document.documentElement.style.fontSize = taille }", f"{2 * racine}px")
    coupes = "els => els.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className)"
    assert borne.page.eval_on_selector_all("body, main, .choix, .borne-suite, .bouton", coupes) == []


@pytest.mark.parametrize(("largeur", "hauteur"), [(540, 960), (960, 540), (320, 640)])
@pytest.mark.parametrize("adresse", ["/borne/", EMPLOI])
def test_a_page_zoomed_twice_needs_no_sideways_scroll(
    ouvrir: OuvrirBorne, largeur: int, hauteur: int, adresse: str
) -> None:
    borne = ouvrir()
    borne.page.set_viewport_size({"width": largeur, "height": hauteur})
    borne.aller(adresse)
    assert borne.page.evaluate("document.documentElement.scrollWidth") == largeur


def test_keyboard_alone_takes_a_number(ouvrir: OuvrirBorne) -> None:
    borne = ouvrir()
    borne.aller()
    for _ in range(3):
        borne.page.keyboard.press("Tab")
    borne.page.keyboard.press("Enter")
    borne.page.wait_for_url(f"**{EMPLOI}")
    borne.page.keyboard.press("Tab")
    expect(borne.page.get_by_role("button", name="Prendre mon numéro")).to_be_focused()
    borne.page.keyboard.press("Enter")
    expect(borne.numero).to_have_text(re.compile(r"E \d{3}"))


def test_without_javascript_the_whole_visit_works(ouvrir: OuvrirBorne) -> None:
    borne = ouvrir(java_script_enabled=False)
    borne.aller()
    borne.toucher("Je cherche une formation")
    borne.toucher("Prendre mon numéro")
    expect(borne.numero).to_have_text(re.compile(r"F \d{3}"))
    assert borne.page.locator("[data-imprimer], .decompte").locator("visible=true").count() == 0
    borne.toucher("J’ai noté mon numéro")
    assert borne.chemin == "/borne/"


def test_a_double_tap_gives_one_number(ouvrir: OuvrirBorne) -> None:
    borne = ouvrir()
    premier = int(borne.prendre()[-3:])
    borne.aller(EMPLOI)
    borne.page.locator("form button").dblclick(no_wait_after=True)
    borne.page.wait_for_url("**/ticket/**")
    assert int(borne.numero.inner_text()[-3:]) == premier + 1
    assert int(borne.prendre()[-3:]) == premier + 2


def test_arabic_reads_from_the_right_and_is_forgotten_at_the_end(ouvrir: OuvrirBorne) -> None:
    borne = ouvrir()
    borne.aller()
    borne.page.locator('a[hreflang="ar"]').click()
    borne.page.wait_for_url("**/ar/borne/")
    assert fautes(borne.page) == []
    choix = borne.page.locator(".choix").first
    pastille, mots = choix.locator(".pastille").bounding_box(), choix.locator(".phrase").bounding_box()
    assert pastille["x"] > mots["x"]
    choix.click()
    borne.page.locator("form button").click()
    borne.page.wait_for_url("**/ar/borne/ticket/**")
    assert fautes(borne.page) == []
    borne.page.locator("[data-fin]").click()
    borne.page.wait_for_url(f"{borne.url}/borne/")
    expect(borne.page.locator("html")).to_have_attribute("lang", "fr")


# ------------------------------------------------------------------------------------------------ closed, gone, late
def test_a_pole_that_closes_shows_it_live_and_offers_accueil(ouvrir: OuvrirBorne, cite: Lieu) -> None:
    borne = ouvrir()
    borne.aller()
    carte = borne.page.locator("#question-je-veux-creer")
    expect(carte).to_contain_text("Ouvert")
    avant = carte.bounding_box()
    cite.porte("activite", "fermee")
    try:
        expect(carte).to_contain_text("Fermé")
        assert carte.bounding_box() == avant
        carte.click()
        assert fautes(borne.page) == []
        borne.toucher("Prendre un numéro pour l’accueil")
        expect(borne.numero).to_have_text(re.compile(r"A \d{3}"))
    finally:
        cite.porte("activite", "horaires")


def test_a_state_that_changes_waits_for_the_finger_to_leave(ouvrir: OuvrirBorne, cite: Lieu) -> None:
    borne = ouvrir()
    borne.aller()
    carte = borne.page.locator("#question-je-cherche-ma-voie")
    carte.hover()
    borne.page.mouse.down()
    try:
        cite.porte("orientation", "fermee")
        frais = borne.page.locator("#etats [data-question=je-cherche-ma-voie]")
        expect(frais).to_have_attribute("data-ouvert", "non")
        expect(carte).to_contain_text("Ouvert")
        borne.page.mouse.move(5, 5)
        borne.page.mouse.up()
        expect(carte).to_contain_text("Fermé")
    finally:
        cite.porte("orientation", "horaires")


def test_a_pole_that_closes_under_the_finger_says_so(ouvrir: OuvrirBorne, cite: Lieu) -> None:
    borne = ouvrir()
    borne.aller("/borne/je-cherche-une-formation/")
    cite.porte("formation", "fermee")
    try:
        borne.toucher("Prendre mon numéro")
        expect(borne.page.get_by_role("alert")).to_contain_text("Aucun numéro n’a été pris.")
        assert fautes(borne.page) == []
    finally:
        cite.porte("formation", "horaires")


@pytest.mark.parametrize("adresse", ["/borne/rien/", "/borne/ticket/rien/"])
def test_a_page_that_is_not_there_leads_back(ouvrir: OuvrirBorne, adresse: str) -> None:
    borne = ouvrir("large")
    borne.aller(adresse)
    assert fautes(borne.page) == []
    borne.toucher("Revenir au début")
    borne.page.wait_for_url(f"{borne.url}/borne/")


# ------------------------------------------------------------------------------------------------ countdown
def test_the_number_goes_away_by_itself_and_a_touch_keeps_it(ouvrir: OuvrirBorne) -> None:
    borne = ouvrir()
    borne.page.clock.install()
    borne.prendre()
    secondes = borne.page.locator("[data-secondes]")
    expect(secondes).to_have_text("30")
    borne.page.clock.run_for(20_000)
    expect(secondes).to_have_text("10")
    borne.page.locator("h1").tap()
    expect(secondes).to_have_text("30")
    borne.page.clock.run_for(31_000)
    borne.page.wait_for_url(f"{borne.url}/borne/")


@pytest.mark.parametrize("adresse", [EMPLOI, "/es/borne/"])
def test_a_forgotten_page_warns_for_fifteen_seconds_then_leaves(ouvrir: OuvrirBorne, adresse: str) -> None:
    borne = ouvrir()
    borne.page.clock.install()
    borne.aller(adresse)
    decompte = borne.page.locator("[data-decompte]")
    borne.page.clock.run_for(44_000)
    expect(decompte).to_be_hidden()
    borne.page.clock.run_for(2_000)
    expect(decompte).to_be_visible()
    expect(borne.page.locator("[data-decompte-dit]")).not_to_be_empty()
    assert fautes(borne.page) == []
    borne.page.keyboard.press("Shift")
    expect(decompte).to_be_hidden()
    borne.page.clock.run_for(61_000)
    borne.page.wait_for_url(f"{borne.url}/borne/")


def test_the_first_page_in_french_stays(ouvrir: OuvrirBorne) -> None:
    borne = ouvrir()
    borne.aller()
    assert borne.page.locator("[data-decompte]").count() == 0


@pytest.mark.parametrize("fin", ["bouton", "decompte"])
def test_back_does_not_show_the_number_of_the_visitor_before(ouvrir: OuvrirBorne, fin: str) -> None:
    borne = ouvrir()
    borne.page.clock.install()
    borne.aller()
    borne.toucher("Je cherche un emploi")
    premiere = borne.page.locator("[name=cle]").input_value()
    borne.toucher("Prendre mon numéro")
    expect(borne.numero).to_be_visible()
    if fin == "bouton":
        borne.toucher("J’ai noté mon numéro")
    else:
        borne.page.clock.run_for(31_000)
    borne.page.wait_for_url(f"{borne.url}/borne/")
    borne.page.go_back()
    assert borne.chemin == EMPLOI
    assert borne.page.locator("[name=cle]").input_value() != premiere
    borne.page.go_forward()
    assert borne.chemin == "/borne/"


# ------------------------------------------------------------------------------------------------ paper
def test_a_kiosk_with_a_printer_prints_once_by_itself(ouvrir: OuvrirBorne) -> None:
    borne = ouvrir(imprime=True)
    borne.page.add_init_script("window.print = () => document.body.append(document.createElement('hr'))")
    borne.prendre()
    expect(borne.page.locator("hr")).to_have_count(1)
    borne.toucher("Imprimer encore")
    expect(borne.page.locator("hr")).to_have_count(2)
    borne.page.reload()
    borne.page.wait_for_timeout(600)
    expect(borne.page.locator("hr")).to_have_count(0)


def test_a_kiosk_without_a_printer_offers_no_paper(ouvrir: OuvrirBorne) -> None:
    borne = ouvrir()
    borne.prendre()
    assert borne.page.locator("[data-imprimer]").count() == 0


@pytest.mark.parametrize("langue", ["", "/uk", "/ar"])
def test_the_ticket_on_paper_is_80_mm_wide_and_one_page(ouvrir: OuvrirBorne, langue: str) -> None:
    borne = ouvrir(imprime=True)
    borne.prendre(langue + EMPLOI)
    papier = borne.page.pdf(prefer_css_page_size=True)
    pages = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", papier)
    assert [round(float(largeur) * 25.4 / 72) for largeur, _hauteur in pages] == [80]


# ------------------------------------------------------------------------------------------------ server away
def test_server_away_shows_a_calm_page_and_comes_back_by_itself(ouvrir: OuvrirBorne, cite: Lieu) -> None:
    borne = ouvrir(worker=True)
    borne.aller()
    borne.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    borne.aller(EMPLOI)
    cite.serveur.tuer()
    try:
        borne.page.locator("form button").click()
        expect(borne.page.get_by_role("heading", level=1)).to_have_text("Adressez‑vous à l’accueil")
        assert borne.page.evaluate("getComputedStyle(document.querySelector('.borne-porte')).display") == "grid"
        assert fautes(borne.page) == []
    finally:
        cite.serveur.demarrer()
    borne.page.wait_for_url(f"{borne.url}/borne/")
    expect(borne.page.get_by_role("heading", level=1)).to_have_text("Qu’est-ce qui vous amène ?")


def test_a_screen_gets_its_own_words_when_the_server_is_away(ouvrir: OuvrirBorne, cite: Lieu) -> None:
    borne = ouvrir("large", worker=True)
    borne.aller()
    borne.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    cite.serveur.tuer()
    try:
        borne.aller("/ecran/hall/")
        expect(borne.page.get_by_role("heading", level=1)).to_have_text("Gardez votre numéro")
        expect(borne.page.locator("body")).to_have_attribute("data-reprise", "/ecran/hall/")
    finally:
        cite.serveur.demarrer()


def test_nothing_the_server_says_is_kept_by_the_browser(ouvrir: OuvrirBorne) -> None:
    borne = ouvrir(worker=True)
    borne.aller()
    borne.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    borne.prendre()
    gardes = """async () => (await Promise.all((await caches.keys()).map(
        async (nom) => (await (await caches.open(nom)).keys()).map((r) => new URL(r.url).pathname)))).flat().sort()"""
    fichiers = ["css/base.css", "css/borne.css", "css/composants.css", "css/jetons.css", "js/borne.js"]
    assert borne.page.evaluate(gardes) == [f"/static/{nom}" for nom in fichiers]


def test_first_page_says_that_the_server_is_away_before_anyone_taps(ouvrir: OuvrirBorne) -> None:
    borne = ouvrir()
    borne.page.clock.install()
    borne.aller()
    borne.page.route("**/borne/", lambda route: route.abort())
    borne.page.clock.run_for(90_000)
    expect(borne.page.get_by_text("Adressez-vous à l’accueil")).to_be_visible()
    expect(borne.page.locator(".choix").first).to_be_hidden()
    assert fautes(borne.page) == []
    borne.page.unroute_all()
    for _ in range(40):  # second by second: the page's clock must not give up on an answer that takes real time
        borne.page.clock.run_for(1_000)
        borne.page.wait_for_timeout(100)
    expect(borne.page.locator(".choix").first).to_be_visible()


def test_the_dress_of_the_calm_page_exists() -> None:
    worker = (Path(__file__).parents[2] / "static/js/service-worker.js").read_text(encoding="utf-8")
    noms = re.findall(r'"((?:css|js)/[\w.-]+)"', worker)
    assert [nom for nom in noms if not (Path(__file__).parents[2] / "static" / nom).exists()] == []

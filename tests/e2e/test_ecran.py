"""The call screen in a real browser, before a real server: seen, heard once each, never silently old."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.concurrence.regie import Regie
from tests.e2e.endurance import HEURES, PENDANTES, Endurance
from tests.serveur import Serveur

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]

# The browser's voices, which no test machine has: they note what they are asked to say, and take a moment to say it.
VOIX = """
window.dites = []; window.duree = 150; window.minuteries = 0;
const toutesLes = window.setInterval;
window.setInterval = (...a) => { window.minuteries += 1; return toutesLes(...a); };
const note = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () {
  const derniere = window.dites.at(-1);
  if (derniere?.carillon) derniere.notes += 1;
  else window.dites.push({ carillon: true, notes: 1, debut: performance.now() });
  return note.call(this);
};
window.SpeechSynthesisUtterance = class { constructor(texte) { this.text = texte; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [{ lang: "fr-FR", localService: true }, { lang: "en_GB", localService: true }],
  addEventListener() {}, cancel() {},
  speak(phrase) {
    const dite = { texte: phrase.text, langue: phrase.lang, debut: performance.now() };
    window.dites.push(dite);
    setTimeout(() => phrase.onstart?.(), 10);
    setTimeout(() => { dite.fin = performance.now(); phrase.onend?.(); }, window.duree);
  },
} });
"""
TAILLES = {
    "large": (1920, 1080),
    "moyen": (1280, 720),
    "debout": (1080, 1920),
    "carre": (1024, 768),
    "telephone": (390, 844),
}


class Ecran:
    """The screen "hall", opened in a browser, and what it complained about."""

    def __init__(self, contexte: Any, adresse: str) -> None:
        self.page = contexte.new_page()
        self.plaintes: list[str] = []
        self.page.on("console", lambda m: self.plaintes.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.plaintes.append(str(e)))
        self.page.goto(adresse)

    def entendre(self) -> None:
        """Touch the screen once: browsers want it before they play a sound."""
        self.page.click("#son")
        self.page.wait_for_selector("#son", state="hidden")

    def dites(self) -> list[str]:
        return [d["texte"] for d in self.page.evaluate("dites") if "texte" in d]

    def attendre(self, vrai: Callable[[], Any], secondes: float = 20) -> None:
        """Ask again and again: the page's policy forbids what playwright would evaluate by itself."""
        fin = time.monotonic() + secondes
        while not vrai():
            assert time.monotonic() < fin, f"{self.numeros()} {self.dites()}"
            self.page.wait_for_timeout(50)

    def attendre_dites(self, combien: int, secondes: float = 20) -> list[str]:
        self.attendre(lambda: self.page.evaluate("dites.filter((d) => d.fin).length") >= combien, secondes)
        return self.dites()

    def numeros(self) -> list[str]:
        return [n.replace("\xa0", " ") for n in self.page.locator(".appel .numero").all_inner_texts()]

    def attendre_numero(self, numero: str) -> None:
        self.attendre(lambda: numero in self.numeros())


@pytest.fixture
def regie(base_a_part: str) -> Iterator[Regie]:
    with Regie(base_a_part) as active:
        active.preparer()
        yield active


@pytest.fixture
def ouvrir(regie: Regie, serveur: Serveur, chromium: Any) -> Iterator[Callable[..., Ecran]]:
    """Open the screen as a paired device; ``taille``, ``voix`` and the browser's own options."""
    biscuits = [{"name": n, "value": v, "url": serveur.url} for n, v in regie.appareil(nom="hall").items()]
    contextes = []

    def ouvrir_(taille: str = "moyen", **options: Any) -> Ecran:
        largeur, hauteur = TAILLES[taille]
        contexte = chromium.new_context(viewport={"width": largeur, "height": hauteur}, **options)
        contextes.append(contexte)
        contexte.add_cookies(biscuits)
        contexte.add_init_script(VOIX)
        return Ecran(contexte, f"{serveur.url}/ecran/hall/")

    yield ouvrir_
    for contexte in contextes:
        contexte.close()


# ------------------------------------------------------------------------------------------------ heard
def test_two_desks_calling_in_the_same_second_are_both_seen_and_heard_in_order(ouvrir: Any, regie: Regie) -> None:
    ecran = ouvrir()
    ecran.entendre()
    regie.appeler_un_nouveau(guichet="1"), regie.appeler_un_nouveau(guichet="2", pole="formation")
    assert ecran.attendre_dites(2) == ["Numéro E, 1, guichet 1.", "Numéro F, 1, guichet 2."]
    assert ecran.numeros() == ["F 001", "E 001"]


def test_six_calls_at_once_are_said_one_after_the_other_each_after_its_chime(ouvrir: Any, regie: Regie) -> None:
    ecran = ouvrir()
    ecran.entendre()
    for guichet in "123456":
        regie.appeler_un_nouveau(guichet=guichet)
    assert ecran.attendre_dites(6, 40) == [f"Numéro E, {n}, guichet {n}." for n in range(1, 7)]
    suite = ecran.page.evaluate("dites")
    assert [bool(d.get("carillon")) for d in suite] == [True, False] * 6
    assert all(d["notes"] == 2 for d in suite if d.get("carillon"))
    voix = [d for d in suite if "texte" in d]
    for avant, carillon, apres in zip(voix, suite[2::2], voix[1:], strict=False):
        assert avant["fin"] <= carillon["debut"] < apres["debut"]


def test_calls_made_during_a_cut_are_caught_up_with_in_order_and_nothing_is_said_twice(
    ouvrir: Any, regie: Regie, serveur: Serveur
) -> None:
    ecran = ouvrir()
    ecran.entendre()
    regie.appeler_un_nouveau(guichet="1")
    ecran.attendre_dites(1)
    serveur.tuer()
    for guichet in "2345":
        regie.appeler_un_nouveau(guichet=guichet)
    regie.commencer(guichet="3")  # came without being called aloud
    serveur.demarrer()
    attendues = [f"Numéro E, {n}, guichet {n}." for n in (1, 2, 4, 5)]
    assert ecran.attendre_dites(4, 60) == attendues
    ecran.page.reload()
    ecran.entendre()
    time.sleep(2)
    assert ecran.dites() == []  # a reload remembers what was said
    assert ecran.numeros()[:3] == ["E 005", "E 004", "E 003"]
    ecran.page.goto("about:blank")
    regie.appeler_un_nouveau(guichet="6")
    ecran.page.goto(f"{serveur.url}/ecran/hall/")
    ecran.entendre()
    assert ecran.attendre_dites(1) == ["Numéro E, 6, guichet 6."]  # …and what was missed while it was away


def test_a_first_visit_says_nothing_old(ouvrir: Any, regie: Regie) -> None:
    regie.appeler_un_nouveau(guichet="1")
    ecran = ouvrir()
    ecran.entendre()
    regie.appeler_un_nouveau(guichet="2")
    assert ecran.attendre_dites(1) == ["Numéro E, 2, guichet 2."]


def test_a_call_undone_while_it_waits_its_turn_is_never_said(ouvrir: Any, regie: Regie) -> None:
    ecran = ouvrir()
    ecran.entendre()
    ecran.page.evaluate("window.duree = 2500")
    regie.appeler_un_nouveau(guichet="1"), regie.appeler_un_nouveau(guichet="2")
    ecran.attendre_numero("E 002")
    regie.annuler(guichet="2")
    ecran.attendre(lambda: ecran.numeros() == ["E 001"])
    regie.rappeler(guichet="1")
    assert ecran.attendre_dites(2, 30) == ["Numéro E, 1, guichet 1.", "Rappel. Numéro E, 1, guichet 1."]


def test_the_screen_does_not_go_mute_when_the_day_changes(ouvrir: Any, regie: Regie) -> None:
    regie.basculer(fait=False)
    ecran = ouvrir()
    ecran.entendre()
    for guichet in "123":
        regie.appeler_un_nouveau(guichet=guichet)
    ecran.attendre_dites(3, 30)
    regie.basculer(fait=True)
    regie.appeler_un_nouveau(guichet="4", pole="formation")  # rank 1 of another day
    assert ecran.attendre_dites(4, 30)[-1] == "Numéro F, 1, guichet 4."
    assert ecran.numeros() == ["F 001"]


def test_calls_wait_for_the_touch_that_a_browser_may_ask_for(ouvrir: Any, regie: Regie) -> None:
    ecran = ouvrir()
    ecran.page.wait_for_selector("#son", state="visible")
    regie.appeler_un_nouveau(guichet="1")
    ecran.attendre_numero("E 001")
    assert ecran.dites() == []
    ecran.entendre()
    assert ecran.attendre_dites(1) == ["Numéro E, 1, guichet 1."]


def test_the_visitors_language_is_spoken_only_by_a_voice_of_it(ouvrir: Any, regie: Regie) -> None:
    ecran = ouvrir()

    def traduire(route: Any) -> None:  # whatever is translated today, two more sentences come with each call
        reponse = route.fetch()
        ajout = '</span><span lang="en">Number E, 1.</span><span lang="ar">الرقم</span></li>'
        route.fulfill(response=reponse, body=re.sub(r"</span>\s*</li>\s*</ol>\s*$", ajout + "</ol>", reponse.text()))

    ecran.page.route("**/ecran/hall/?*", traduire)
    ecran.entendre()
    regie.appeler_un_nouveau(guichet="1")
    ecran.attendre_dites(2)
    time.sleep(1)
    langues = [(d["langue"], d["texte"]) for d in ecran.page.evaluate("dites") if "texte" in d]
    assert langues == [("fr-FR", "Numéro E, 1, guichet 1."), ("en_GB", "Number E, 1.")]


# ------------------------------------------------------------------------------------------------ seen
def test_out_of_date_is_said_plainly_and_ends_by_itself(ouvrir: Any, regie: Regie, serveur: Serveur) -> None:
    regie.appeler_un_nouveau(guichet="1")
    ecran = ouvrir()
    ecran.page.clock.install()
    ecran.page.reload()
    ecran.attendre_numero("E 001")
    bandeau = ecran.page.locator(".perime")
    serveur.tuer()
    for _ in range(4):
        assert not bandeau.is_visible()
        ecran.page.clock.run_for(10_000)
    ecran.page.clock.run_for(15_000)
    bandeau.wait_for(state="visible")
    assert re.search(r"Affichage interrompu depuis \d{1,2} h \d\d\s+L’accueil vous renseigne\.", bandeau.inner_text())
    regie.appeler_un_nouveau(guichet="2")
    serveur.demarrer()
    for _ in range(12):
        ecran.page.clock.run_for(5_000)
        ecran.page.wait_for_timeout(200)
    bandeau.wait_for(state="hidden")
    assert ecran.numeros() == ["E 002", "E 001"]


def test_the_clock_is_the_places_whatever_the_device_believes(ouvrir: Any) -> None:
    ecran = ouvrir(timezone_id="Asia/Tokyo")
    ecran.page.add_init_script(
        "const D = Date; window.Date = class extends D { constructor() { super(0); } static now() { return 0; } };"
    )
    ecran.page.reload()
    time.sleep(1.5)
    a_paris = datetime.now(ZoneInfo("Europe/Paris"))
    vue = ecran.page.inner_text("#horloge")
    assert vue in {f"{a_paris:%H:%M}", f"{a_paris.replace(minute=(a_paris.minute - 1) % 60):%H:%M}"}


@pytest.mark.parametrize("etat", ["vide", "charge"])
def test_nothing_overflows_axe_finds_nothing_and_the_browser_complains_of_nothing(
    ouvrir: Any, regie: Regie, etat: str
) -> None:
    if etat == "charge":
        regie.encombrer()
    for taille, (largeur, hauteur) in TAILLES.items():
        ecran = ouvrir(taille)
        time.sleep(1.2)
        assert ecran.page.evaluate("document.documentElement.scrollWidth") <= largeur, taille
        if taille != "telephone":
            assert ecran.page.evaluate("document.documentElement.scrollHeight") <= hauteur, taille
        assert ecran.page.evaluate(COUPES) == [], taille
        fautes = Axe().run(ecran.page).response["violations"]
        assert [(f["id"], f["nodes"][0]["html"]) for f in fautes] == [], taille
        assert ecran.plaintes == [], taille


# Texts that a box cuts: the oldest lines of the log may leave the screen whole, nothing else may.
COUPES = """[...document.querySelectorAll(
    '.appel > :is(.numero, .ou), .appel .nom, .ecran-poles :is(.nom, .attente), :is(.manques, .annonces) li')]
  .filter((e) => {
    const r = e.getBoundingClientRect(), ligne = e.closest('.appel');
    if (!r.width || (ligne && ligne.getBoundingClientRect().left > innerWidth - 50)) return false;
    if (ligne && ligne.getBoundingClientRect().left >= ligne.parentElement.getBoundingClientRect().right) return false;
    const b = (ligne ?? e.closest('.ecran-cote, .ecran-manques, .ecran-annonces')).getBoundingClientRect();
    return r.left < b.left - 1 || r.right > b.right + 1 || r.top < b.top - 6 || r.bottom > b.bottom + 6;
  }).map((e) => e.className + ' ' + e.textContent.trim())"""


def test_it_is_legible_at_five_metres_and_the_newest_call_unmistakable(ouvrir: Any, regie: Regie) -> None:
    for guichet in "2345":
        regie.appeler_un_nouveau(guichet=guichet)
    regie.vieillir(minutes=5)
    regie.absent(guichet="5")
    regie.annoncer()
    regie.appeler_un_nouveau(guichet="1")
    ecran = ouvrir("large")
    ecran.attendre_numero("E 005")
    tailles = ecran.page.evaluate("""[...document.querySelectorAll('#salle *')]
      .filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
      .map((e) => [parseFloat(getComputedStyle(e).fontSize), e.textContent.trim()])""")
    assert min(tailles)[0] >= 32, min(tailles)
    numero, guichet = (
        float(ecran.page.evaluate(f"parseFloat(getComputedStyle(document.querySelector('.appel.neuf {q}')).fontSize)"))
        for q in (".numero", ".nom")
    )
    ancien = float(
        ecran.page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('.appel:not(.neuf) .numero')).fontSize)"
        )
    )
    assert numero >= 130 and guichet >= 130 and numero >= 2 * ancien and ancien >= 45


def test_motion_is_reduced_where_it_is_asked(ouvrir: Any, regie: Regie) -> None:
    ecran = ouvrir(reduced_motion="reduce")
    regie.appeler_un_nouveau(guichet="1")
    ecran.attendre_numero("E 001")
    duree = ecran.page.evaluate("getComputedStyle(document.querySelector('.appel.neuf')).animationDuration")
    assert all(float(d.strip().removesuffix("s")) < 0.001 for d in duree.split(","))


def test_without_a_script_the_page_stands_and_reloads_itself(ouvrir: Any, regie: Regie) -> None:
    regie.appeler_un_nouveau(guichet="1")
    ecran = ouvrir(java_script_enabled=False)
    assert ecran.numeros() == ["E 001"] and not ecran.page.is_visible("#son") and not ecran.page.is_visible(".perime")
    regie.appeler_un_nouveau(guichet="2")
    ecran.page.wait_for_event("load", timeout=25_000)
    assert ecran.numeros() == ["E 002", "E 001"]


def test_hours_of_changes_leave_nothing_behind(ouvrir: Any, regie: Regie) -> None:
    ecran = ouvrir()
    ecran.entendre()
    regie.appeler_un_nouveau(guichet="1")
    ecran.attendre_dites(1)
    minuteries, noeuds = ecran.page.evaluate("[minuteries, document.querySelectorAll('*').length]")
    for n in range(40):
        regie.prendre()
        ecran.page.evaluate(
            "salle => salle.dispatchEvent(new CustomEvent('signal:frais'))", ecran.page.query_selector("#salle")
        )
        time.sleep(0.3 if n % 10 == 0 else 0)
    time.sleep(1)
    assert ecran.page.evaluate("minuteries") == minuteries
    assert ecran.page.evaluate("document.querySelectorAll('*').length") <= noeuds + 5
    assert ecran.dites() == ["Numéro E, 1, guichet 1."]


# ------------------------------------------------------------------------------------------------ the code
def test_the_code_changes_by_itself_each_minute_and_the_calls_beside_it_do_not_move(ouvrir: Any, regie: Regie) -> None:
    regie.appeler_un_nouveau(guichet="1")
    ecran = ouvrir()
    ecran.page.clock.install()
    ecran.page.reload()
    demandes: list[str] = []
    ecran.page.on("request", lambda r: demandes.append(r.url) if r.url.endswith("/code/") else None)
    ecran.page.route("**/code/", lambda route: route.fulfill(body='<div class="qr">neuf</div>'))
    for tour in range(2):
        ecran.page.evaluate("window.ligne = document.querySelector('.appel')")
        for _ in range(6):
            ecran.page.clock.run_for(5_000)
            ecran.page.wait_for_timeout(150)
        assert (len(demandes), ecran.page.inner_text("#code")) == (tour + 1, "neuf")
    assert ecran.page.evaluate("window.ligne.isConnected")


def test_a_change_of_the_hall_does_not_ask_for_the_code(ouvrir: Any, regie: Regie) -> None:
    ecran = ouvrir()
    demandes: list[str] = []
    ecran.page.on("request", lambda r: demandes.append(r.url) if r.url.endswith("/code/") else None)
    regie.appeler_un_nouveau(guichet="1")
    ecran.attendre_numero("E 001")
    assert demandes == []


@pytest.mark.parametrize("taille", ["large", "debout"])
def test_the_code_is_large_enough_to_be_scanned_from_three_metres(ouvrir: Any, regie: Regie, taille: str) -> None:
    regie.encombrer()
    boite = ouvrir(taille).page.locator("#code svg").bounding_box()
    assert boite["width"] == boite["height"] >= 300
    assert boite["y"] + boite["height"] <= TAILLES[taille][1]


# ------------------------------------------------------------------------------------------------ eight hours
def test_eight_hours_of_a_screen_keep_memory_flat_and_every_call_is_said_once(ouvrir: Any, regie: Regie) -> None:
    ecran = ouvrir()
    ecran.page.clock.install()
    ecran.page.add_init_script(PENDANTES)
    ecran.page.reload()
    ecran.entendre()
    essai = Endurance(ecran.page)
    for heure in range(HEURES):
        for n in range(3):
            regie.appeler_un_nouveau(guichet=str(n + 1))
            essai.avancer(300)
            regie.commencer(guichet=str(n + 1)), regie.terminer(guichet=str(n + 1))
            essai.avancer(900)
        essai.relever()
        assert len(ecran.dites()) == 3 * (heure + 1)
    essai.verifier()
    assert ecran.dites() == [f"Numéro E, {n + 1}, guichet {n % 3 + 1}." for n in range(3 * HEURES)]
    assert not ecran.page.locator(".perime").is_visible()

"""What `signal.js` promises at its top, in a real browser, with a server and a clock that the test holds."""

import re
from collections.abc import Iterator
from pathlib import Path

import django_htmx
import pytest

pytestmark = pytest.mark.navigateur

RACINE = Path(__file__).resolve().parents[2]
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>essai</title>
<meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false}'>
<script src="/htmx.js" defer></script><script src="/faux.js"></script><script src="/signal.js" defer></script></head>
<body><section id="salle" data-signal="/fragment">au départ</section>
<button id="ailleurs">ailleurs</button></body></html>"""
# The test plays the server's part of the stream: window.changement() is a `change` on the open one.
FAUX_FLUX = """
window.flux = [];
window.EventSource = class { static CLOSED = 2; readyState = 1; ecouteurs = [];
  constructor(adresse) { this.adresse = adresse; window.flux.push(this); }
  addEventListener(nom, action) { this.ecouteurs.push(action); }
  close() { this.readyState = 2; } };
window.changement = () => window.flux.at(-1).ecouteurs.forEach((action) => action());
"""
FORMULAIRE = '<form id="f"><input id="champ" value="rien"><button id="ok">ok</button></form><p>version {}</p>'


class Essai:
    """A page, the answers it will get to its fetches, and how many it made."""

    def __init__(self, page) -> None:
        self.page = page
        self.reponse: dict = {"body": "premier"}
        self.demandes: list = []
        self.en_attente: list = []
        self.retenir = False
        page.clock.install(time=0)
        page.route("**/*", self._servir)
        page.goto("http://essai.invalid/")
        self.avancer(0)

    def _servir(self, route) -> None:
        chemin = re.sub(r"^http://[^/]+", "", route.request.url)
        fichiers = {"/htmx.js": HTMX, "/signal.js": RACINE / "static" / "js" / "signal.js"}
        if chemin == "/fragment":
            self.demandes.append(route.request)
            self.en_attente.append(route)
            if not self.retenir:
                self.repondre()
        elif chemin in fichiers:
            route.fulfill(body=fichiers[chemin].read_text(encoding="utf-8"), content_type="text/javascript")
        elif chemin == "/faux.js":
            route.fulfill(body=FAUX_FLUX, content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    def repondre(self) -> None:
        route = self.en_attente.pop(0)
        route.abort() if self.reponse == {} else route.fulfill(content_type="text/html", **self.reponse)

    def avancer(self, secondes: float) -> None:
        """Let so much time pass in the page, then let what it started finish."""
        self.page.clock.run_for(int(secondes * 1000))
        self.page.wait_for_timeout(150)

    def changer(self, secondes: float = 0.3) -> None:
        self.page.evaluate("changement()")
        self.avancer(secondes)

    def texte(self) -> str:
        return self.page.text_content("#salle")

    def perime(self) -> bool:
        return self.page.evaluate("document.documentElement.hasAttribute('data-perime')")


@pytest.fixture
def essai(chromium) -> Iterator[Essai]:
    contexte = chromium.new_context()
    yield Essai(contexte.new_page())
    contexte.close()


def test_a_change_fetches_the_fragment_as_htmx_does(essai):
    essai.changer()
    assert essai.texte() == "premier"
    assert len(essai.demandes) == 1
    assert essai.demandes[0].headers["hx-request"] == "true"
    assert essai.page.evaluate("flux.length") == 1


def test_never_two_in_flight_and_exactly_one_more_after_a_burst(essai):
    essai.retenir = True
    for _ in range(5):
        essai.changer()
    assert len(essai.demandes) == 1
    essai.repondre()
    essai.avancer(1)
    assert len(essai.demandes) == 2
    essai.repondre()
    essai.avancer(3)
    assert len(essai.demandes) == 2


def test_without_any_signal_the_page_fetches_every_thirty_seconds(essai):
    for _ in range(9):
        essai.avancer(10)
    assert 2 <= len(essai.demandes) <= 3


def test_a_page_that_cannot_be_refreshed_says_so_and_recovers(essai):
    essai.reponse = {}
    essai.avancer(40)
    assert not essai.perime()
    essai.avancer(15)
    assert essai.perime()
    essai.reponse = {"body": "de retour"}
    essai.changer()
    assert essai.texte() == "de retour"
    assert not essai.perime()


def test_an_error_page_never_replaces_the_content(essai):
    essai.changer()
    essai.reponse = {"status": 500, "body": "erreur"}
    essai.changer()
    assert essai.texte() == "premier"


def test_what_is_being_typed_is_kept_until_the_field_is_left(essai):
    essai.reponse = {"body": FORMULAIRE.format(1)}
    essai.changer()
    essai.page.fill("#champ", "en cours")
    essai.reponse = {"body": FORMULAIRE.format(2)}
    essai.changer()
    assert essai.page.input_value("#champ") == "en cours"
    essai.page.focus("#ok")
    essai.changer()
    assert essai.page.input_value("#champ") == "en cours"
    essai.page.focus("#ailleurs")
    essai.avancer(1)
    assert "version 2" in essai.texte()


def test_the_focus_survives_a_refetch(essai):
    essai.reponse = {"body": FORMULAIRE.format(1)}
    essai.changer()
    essai.page.focus("#ok")
    essai.reponse = {"body": FORMULAIRE.format(2)}
    essai.changer()
    assert "version 2" in essai.texte()
    assert essai.page.evaluate("document.activeElement.id") == "ok"


def test_an_identical_answer_leaves_the_page_alone(essai):
    essai.reponse = {"body": "<b>pareil</b>"}
    essai.changer()
    essai.page.evaluate("window.temoin = document.querySelector('#salle b')")
    essai.changer()
    assert len(essai.demandes) == 2
    assert essai.page.evaluate("temoin === document.querySelector('#salle b')")


def test_an_answer_older_than_the_person_s_own_action_is_dropped(essai):
    essai.retenir = True
    essai.changer()
    essai.page.evaluate("htmx.swap('#salle', '<b>mon geste</b>', { swapStyle: 'innerHTML' })")
    essai.reponse = {"body": "avant mon geste"}
    essai.repondre()
    essai.avancer(1)
    assert essai.texte() == "mon geste"
    essai.reponse = {"body": "après mon geste"}
    essai.repondre()
    essai.avancer(1)
    assert essai.texte() == "après mon geste"


def test_a_button_is_not_replaced_while_its_own_request_is_under_way(essai):
    essai.reponse = {"body": '<button id="ok" hx-post="/action" hx-target="#salle">ok</button>'}
    essai.changer()
    action: list = []
    essai.page.route("**/action", lambda route: action.append(route))
    essai.page.click("#ok")
    essai.reponse = {"body": "fragment"}
    essai.changer()
    assert essai.page.is_visible("#ok")
    action.pop().fulfill(status=204)
    essai.avancer(1)
    assert essai.texte() == "fragment"


def test_a_refused_stream_is_asked_for_again_and_a_cut_one_left_to_the_browser(essai):
    essai.avancer(60)
    assert essai.page.evaluate("flux.length") == 1
    essai.page.evaluate("flux[0].close()")
    essai.avancer(40)
    assert essai.page.evaluate("flux.length") == 2


def test_a_session_that_ended_loads_the_page_again_but_not_in_a_loop(essai):
    chargements: list = []
    essai.page.on("framenavigated", lambda cadre: chargements.append(cadre.url))
    essai.reponse = {"status": 403, "body": "refusé"}
    essai.changer()
    essai.avancer(30)
    assert chargements == []
    for _ in range(7):
        essai.avancer(10)
    assert len(chargements) == 1


def test_eight_hours_leave_nothing_behind(essai):
    """One stream, no pile of timers: what one minute does is what the last minute does."""
    essai.page.clock.fast_forward(8 * 3600 * 1000)
    avant = len(essai.demandes)
    for _ in range(6):
        essai.avancer(10)
    assert len(essai.demandes) - avant <= 3
    assert essai.page.evaluate("flux.length") == 1


def test_what_is_over_loads_the_page_again_at_once(essai):
    chargements: list = []
    essai.page.on("framenavigated", lambda cadre: chargements.append(cadre.url))
    essai.changer()
    essai.reponse = {"status": 410, "body": "terminé"}
    essai.page.route("http://essai.invalid/", lambda route: route.fulfill(body="<p>terminé", content_type="text/html"))
    essai.changer(1)
    assert len(chargements) == 1
    essai.avancer(120)
    assert len(chargements) == 1


def test_an_element_that_no_change_concerns_is_fetched_at_its_own_pace(essai):
    essai.page.evaluate("document.getElementById('salle').dataset.signalRonde = 20000")
    essai.changer(2)
    assert len(essai.demandes) == 0
    for _ in range(6):
        essai.avancer(10)
    assert 2 <= len(essai.demandes) <= 3

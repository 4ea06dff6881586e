"""The pages beside the surfaces: home, sign-in, pairing, demonstration, errors, admin."""

import pytest
from playwright.sync_api import Browser, Page

from cite.management.commands.amorcer import MOT_DE_PASSE_DEMO
from tests.e2e.conftest import ecouter, fautes_axe
from tests.serveur import Serveur

pytestmark = pytest.mark.navigateur

PUBLIQUES = ["/", "/ar/", "/connexion/", "/appairage/", "/demo/", "/nulle-part/"]
ADMIN = [
    "/admin/", "/admin/cite/pole/", "/admin/cite/pole/2/change/", "/admin/cite/question/add/",
    "/admin/cite/fermeture/add/", "/admin/cite/reglages/1/change/", "/admin/accueil/messageannonce/",
]  # fmt: skip


def deborde(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("schema", ["light", "dark"])
@pytest.mark.parametrize("largeur", [390, 1366])
@pytest.mark.parametrize("adresse", PUBLIQUES)
def test_public_pages_fit_and_nobody_complains(
    chromium: Browser, demonstration: Serveur, adresse: str, largeur: int, schema: str
) -> None:
    contexte = chromium.new_context(viewport={"width": largeur, "height": 844}, color_scheme=schema)
    page = contexte.new_page()
    plaintes = ecouter(page)
    page.goto(demonstration.url + adresse)
    assert (fautes_axe(page), deborde(page)) == ([], 0)
    assert [plainte for plainte in plaintes if "404" not in plainte] == []
    contexte.close()


def test_the_admin_fits_and_nobody_complains(chromium: Browser, demonstration: Serveur) -> None:
    contexte = chromium.new_context(viewport={"width": 1366, "height": 844}, base_url=demonstration.url)
    page = contexte.new_page()
    plaintes = ecouter(page)
    page.goto("/connexion/?next=/admin/")
    page.get_by_label("Identifiant").fill("coordination-1")
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE_DEMO)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("heading", name="Le lieu et ses réglages").wait_for()
    fautes = {}
    for adresse in ADMIN:
        page.goto(adresse)
        assert (plaintes, deborde(page)) == ([], 0), adresse
        fautes |= {adresse: trouvees} if (trouvees := fautes_axe(page)) else {}
        plaintes.clear()  # axe itself tries a style element here
    assert fautes == {}
    contexte.close()


def test_signing_in_by_keyboard_alone(chromium: Browser, demonstration: Serveur) -> None:
    contexte = chromium.new_context(base_url=demonstration.url, java_script_enabled=False)
    page = contexte.new_page()
    page.goto("/connexion/")
    page.get_by_label("Identifiant").focus()
    page.keyboard.type("conseil-1")
    page.keyboard.press("Tab")
    page.keyboard.type(MOT_DE_PASSE_DEMO)
    page.keyboard.press("Enter")
    page.wait_for_url("**/guichet/")
    assert page.locator("h1").inner_text() == "Où vous installez-vous ?"
    contexte.close()

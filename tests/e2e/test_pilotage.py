"""Pilotage in a browser: legible everywhere, nothing that a policy or axe complains of, and no need of a script."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accueil.periodes import Genre, mois_de, periode_de, semaine_de
from cite.management.commands.amorcer import MOT_DE_PASSE_DEMO
from tests.e2e.conftest import ecouter, fautes_axe
from tests.e2e.test_pages import deborde
from tests.serveur import Serveur

pytestmark = pytest.mark.navigateur

FINIE = semaine_de(date.today()).precedente()  # noqa: DTZ011  (the demonstration's own clock)
JEUDI = periode_de(Genre.JOUR, FINIE.debut + timedelta(days=3))
MOIS = mois_de(FINIE.debut).precedente()
PAGES = ["/pilotage/", *(f"/pilotage/{p.genre}/{p.valeur}/" for p in (JEUDI, FINIE, MOIS))]


def entrer(contexte: BrowserContext) -> Page:
    page = contexte.new_page()
    page.goto("/connexion/?next=/pilotage/")
    page.get_by_label("Identifiant").fill("coordination-1")
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE_DEMO)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/pilotage/")
    return page


@pytest.mark.parametrize("schema", ["light", "dark"])
@pytest.mark.parametrize("largeur", [390, 1366])
def test_pages_fit_and_nobody_complains(chromium: Browser, demonstration: Serveur, largeur: int, schema: str) -> None:
    contexte = chromium.new_context(
        viewport={"width": largeur, "height": 844}, color_scheme=schema, base_url=demonstration.url
    )
    page = entrer(contexte)
    plaintes = ecouter(page)
    for adresse in PAGES:
        page.goto(adresse)
        assert (plaintes, deborde(page)) == ([], 0), adresse
        assert fautes_axe(page) == [], adresse
        plaintes.clear()  # axe itself tries a style element here
    contexte.close()


def test_every_chart_has_its_words_and_its_equal_table(chromium: Browser, demonstration: Serveur) -> None:
    contexte = chromium.new_context(base_url=demonstration.url)
    page = entrer(contexte)
    page.goto(PAGES[2])
    for dessin in page.locator(".graphique > svg").all():
        assert dessin.locator("title").text_content()
        assert dessin.locator("desc").text_content()
    section = page.locator("section", has=page.get_by_role("heading", name="Combien de personnes ?"))
    dessinees = section.locator("#g-poles-t").locator("xpath=..").locator("text").all_text_contents()
    du_tableau = section.get_by_role("table", name="Par pôle", exact=True).locator(
        "tbody tr:not(.total) td:nth-child(2)"
    )
    assert dessinees[1::2] == du_tableau.all_text_contents()
    contexte.close()


def test_a_coordinator_goes_through_the_weeks_by_keyboard_without_a_script(
    chromium: Browser, demonstration: Serveur
) -> None:
    contexte = chromium.new_context(base_url=demonstration.url, java_script_enabled=False)
    page = entrer(contexte)
    page.goto(PAGES[2])
    page.get_by_role("navigation", name="Autres périodes").get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/pilotage/semaine/{FINIE.precedente().valeur}/")
    page.get_by_label("Aller au").fill(FINIE.debut.isoformat())
    page.get_by_role("button", name="Voir").press("Enter")
    page.wait_for_url(f"**/pilotage/semaine/{FINIE.valeur}/")
    page.get_by_role("link", name="pour l’extérieur").press("Enter")
    page.wait_for_url("**/?pour=exterieur")
    assert page.get_by_text("au-dessous de 11 personnes").count()
    contexte.close()


def test_a_table_is_fetched_as_a_file(chromium: Browser, demonstration: Serveur) -> None:
    contexte = chromium.new_context(base_url=demonstration.url, accept_downloads=True)
    page = entrer(contexte)
    page.goto(PAGES[2])
    for forme in ("CSV", "XLSX"):
        with page.expect_download() as attente:
            page.get_by_role("link", name=f"{forme} : Par pôle").click()
        assert attente.value.suggested_filename == f"poles-{FINIE.valeur}.{forme.lower()}"
    contexte.close()


def test_paper_shows_the_figures_and_leaves_the_buttons_out(chromium: Browser, demonstration: Serveur) -> None:
    contexte = chromium.new_context(viewport={"width": 794, "height": 1123}, base_url=demonstration.url)
    page = entrer(contexte)
    page.goto(PAGES[2])
    page.emulate_media(media="print")
    assert not page.get_by_role("link", name="CSV : Par pôle").is_visible()
    assert not page.get_by_label("Aller au").is_visible()
    assert page.get_by_role("table", name="Par pôle", exact=True).is_visible()
    assert page.locator("#g-temps-t").locator("xpath=..").is_visible()
    assert deborde(page) == 0
    contexte.close()


def test_today_follows_the_hall(chromium: Browser, demonstration: Serveur) -> None:
    contexte = chromium.new_context(base_url=demonstration.url)
    page = entrer(contexte)
    chiffre = page.locator("#direct .chiffres b").first
    avant = int(chiffre.inner_text())
    hall = contexte.new_page()
    hall.goto("/accueil/")
    hall.locator(".hall-pole button.donner").first.click()
    expect(chiffre).to_have_text(str(avant + 1), timeout=20_000)
    contexte.close()

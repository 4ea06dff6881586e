"""One visit through every surface: kiosk → reception → desk → screen → closing, all live, in real browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from cite.management.commands.amorcer import MOT_DE_PASSE_DEMO
from tests.e2e.conftest import ecouter
from tests.serveur import Serveur, gerer

pytestmark = pytest.mark.navigateur

BORNES = {"debout": (1080, 1920), "couchee": (1920, 1080), "telephone": (390, 844)}
UNE_SECONDE = 3000  # what a busy test machine may make of one second
Ouvrir = Callable[..., Page]

COMPTER = """
from accueil.models import Comptage, Ticket, Transition, Entretien, Appel, GuichetOuvert, Journee
print(sum(m.objects.count() for m in (Ticket, Transition, Entretien, Appel, GuichetOuvert)))
comptes = Comptage.objects.filter(nombre__gt=0, date__in=Journee.objects.values("date"))  # not the demonstration's past
print(*sorted(comptes.values_list("pole__code", "mesure", "nombre")))
Comptage.objects.all().delete()
Journee.objects.all().delete()  # the next visit begins another day
"""


@pytest.fixture
def ouvrir(chromium: Browser, demonstration: Serveur) -> Iterator[Ouvrir]:
    contextes, plaintes = [], []

    def ouvrir_(taille: tuple[int, int], compte: str = "", appareil: str = "") -> Page:
        contexte = chromium.new_context(viewport={"width": taille[0], "height": taille[1]}, base_url=demonstration.url)
        contextes.append(contexte)
        page = contexte.new_page()
        plaintes.append(ecouter(page))
        if compte:
            page.goto("/connexion/")
            page.get_by_label("Identifiant").fill(compte)
            page.get_by_label("Mot de passe").fill(MOT_DE_PASSE_DEMO)
            page.get_by_role("button", name="Se connecter").click()
        if appareil:
            page.goto("/demo/")
            page.locator(f"form:has(input[value={appareil}]) button").click()
        return page

    yield ouvrir_
    for contexte in contextes:
        contexte.close()
    # Closing the day closes the desk: its page is told so, with a 403.
    assert [plainte for page in plaintes for plainte in page if "403" not in plainte] == []


@pytest.mark.parametrize("borne", BORNES)
def test_a_visit_from_the_kiosk_to_the_closing(ouvrir: Ouvrir, demonstration: Serveur, borne: str) -> None:
    reception = ouvrir((1366, 768), compte="accueil-1")
    ecran = ouvrir((1920, 1080), appareil="ecran")
    bureau = ouvrir((1366, 768), compte="conseil-1")
    bureau.locator(".place", has_text="Guichet 1").locator("input").check()
    bureau.locator("#pole-emploi").check()
    bureau.get_by_role("button", name="Ouvrir ce guichet").click()

    visiteur = ouvrir(BORNES[borne], appareil="borne")
    visiteur.get_by_text("Je cherche un emploi").click()
    visiteur.locator("main form button").first.click()
    expect(visiteur.get_by_text("E 001").first).to_be_visible()
    expect(reception.get_by_text("E 001").first).to_be_visible(timeout=UNE_SECONDE)

    bureau.get_by_role("button", name="Appeler le suivant").click()
    expect(ecran.get_by_text("E 001").first).to_be_visible(timeout=UNE_SECONDE)
    expect(bureau.get_by_role("button", name="La personne est là")).to_be_visible()
    bureau.wait_for_timeout(500)  # a desk's new buttons ignore the second half of a double click
    bureau.get_by_role("button", name="La personne est là").click()
    bureau.get_by_label("CV et lettre").check()
    bureau.wait_for_timeout(500)
    bureau.get_by_role("button", name="Terminer l’entretien").click()
    expect(bureau.get_by_text("Vous êtes libre")).to_be_visible()

    assert "1 ticket compté" in gerer(demonstration.adresse, "cloturer_journee")
    restes, comptes = gerer(demonstration.adresse, "shell", "--verbosity=0", "-c", COMPTER).splitlines()
    assert (restes, comptes) == ("0", "('emploi', 'entretiens', 1) ('emploi', 'tickets', 1)")
    expect(reception.locator("#hall").get_by_text("E 001")).to_have_count(0, timeout=UNE_SECONDE)

"""A demonstration place behind a real server, and what a browser complains of."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.serveur import Serveur, copie_de_base, gerer

REGLES_AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TEMOIN = """
addEventListener("securitypolicyviolation", (e) => console.error("CSP", e.violatedDirective, e.blockedURI));
"""
OUVRIR = """
from tests.lieu import ouvrir_toujours
ouvrir_toujours()
"""


@pytest.fixture(scope="module")
def demonstration(_base_modele: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serveur]:
    """The seeded demonstration (accounts included), open at any hour, without simulated visitors."""
    dossier: Path = tmp_path_factory.mktemp("demonstration")
    with copie_de_base(_base_modele, dossier) as adresse:
        gerer(adresse, "amorcer", "--demo")
        gerer(adresse, "shell", "--verbosity=0", "-c", OUVRIR)
        with Serveur(adresse, dossier) as serveur:
            yield serveur


def fautes_axe(page: Page) -> list[str]:
    """What axe finds on a page: nothing, or one line a violation and a place."""
    resultat = Axe().run(page, options={"runOnly": {"type": "tag", "values": REGLES_AXE}})
    return [f"{faute['id']}: {noeud['html']}" for faute in resultat.response["violations"] for noeud in faute["nodes"]]


def ecouter(page: Page) -> list[str]:
    """Return the list in which a page's complaints will be: refused by the content policy, or thrown by a script."""
    plaintes: list[str] = []
    page.add_init_script(TEMOIN)
    page.on("console", lambda message: plaintes.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda erreur: plaintes.append(str(erreur)))
    return plaintes

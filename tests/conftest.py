"""What every test can count on. Strictness itself (warnings, markers) is in pyproject.toml and `tests/reglages.py`."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from cite import memoire
from tests.lieu import client_de, lieu  # noqa: F401  (fixtures)
from tests.serveur import Serveur, base_modele, copie_de_base

RACINE = Path(__file__).resolve().parent.parent
DONNEES_REELLES = RACINE.parent / "shared" / "donnees"
CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
# Under CI these may not be passed over in silence: a skip is a failure.
MARQUES_EXIGEES = {"navigateur", "postgres"}


def _est_postgresql() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def pytest_report_header() -> str:
    base = "PostgreSQL" if _est_postgresql() else "SQLite"
    return (
        f"cite: {base}, Chromium {CHROMIUM or 'missing'}, real data {'here' if DONNEES_REELLES.is_dir() else 'absent'}"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absences = {
        "navigateur": None if CHROMIUM else "Chromium is not installed",
        "postgres": None if _est_postgresql() else "DATABASE_URL is not PostgreSQL",
        "donnees_reelles": None if DONNEES_REELLES.is_dir() else f"{DONNEES_REELLES} is absent",
    }
    for item in items:
        for marque, raison in absences.items():
            if raison and item.get_closest_marker(marque):
                item.add_marker(pytest.mark.skip(reason=raison))
    # Browser tests come last, whatever the random order: playwright leaves an event loop running in the main thread,
    # where a test that calls asyncio.run() could no longer have its own.
    items.sort(key=lambda item: item.get_closest_marker("navigateur") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    rapport = yield
    if rapport.skipped and os.environ.get("CI") and any(item.get_closest_marker(m) for m in MARQUES_EXIGEES):
        rapport.outcome = "failed"
        rapport.longrepr = f"{item.nodeid} was skipped under CI: {rapport.longrepr}"
    return rapport


@pytest.fixture(autouse=True)
def _rien_ne_reste(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither the language of a request nor what a process keeps in memory outlives a test."""
    monkeypatch.setattr(memoire, "DUREE_S", 3600.0)  # a slow machine must not change how many questions are counted
    with translation.override("fr"):
        yield
    memoire.tout_oublier()


@pytest.fixture
def donnees_reelles() -> Path:
    return DONNEES_REELLES


@pytest.fixture(scope="session")
def _base_modele(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with base_modele(tmp_path_factory.mktemp("modele")) as adresse:
        yield adresse


@pytest.fixture
def base_a_part(_base_modele: str, tmp_path: Path) -> Iterator[str]:
    """The DATABASE_URL of a migrated database of the same kind, for processes of their own."""
    with copie_de_base(_base_modele, tmp_path) as adresse:
        yield adresse


@pytest.fixture
def serveur(base_a_part: str, tmp_path: Path) -> Iterator[Serveur]:
    """A real uvicorn on a free port, in a process of its own, on a database of its own."""
    with Serveur(base_a_part, tmp_path) as actif:
        yield actif


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The system's Chromium, driven by playwright; nothing in it speaks to the network but the page."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, and Django would refuse the ORM there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    drapeaux = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    drapeaux += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as pilote:
        navigateur = pilote.chromium.launch(executable_path=CHROMIUM, args=drapeaux)
        yield navigateur
        navigateur.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]

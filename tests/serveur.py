"""A real server for tests that need one: uvicorn in its own process, on its own migrated database."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings

RACINE = Path(__file__).resolve().parent.parent
SANS_INTERRUPTION = 20.0  # how long a start may take on a busy machine


def environnement(adresse: str, **autres: str) -> dict[str, str]:
    """The environment of a server under test: a demo without its data, so no HTTPS and no collected static files."""
    propre = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith(("CITE_", "PYTEST_"))}
    propre |= {"DJANGO_SETTINGS_MODULE": "cite.settings", "DATABASE_URL": adresse, "DEMO": "1", "PYTHONUNBUFFERED": "1"}
    return propre | autres


def gerer(adresse: str, *arguments: str) -> str:
    """Run a management command in a process of its own."""
    fini = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=RACINE, env=environnement(adresse), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert fini.returncode == 0, fini.stderr
    return fini.stdout


# ------------------------------------------------------------------------------------------------ databases
def _adresse_postgresql(nom: str) -> str:
    base = settings.DATABASES["default"]
    qui = f"{base['USER']}:{base['PASSWORD']}@" if base["PASSWORD"] else f"{base['USER']}@" if base["USER"] else ""
    return f"postgres://{qui}{base['HOST'] or '127.0.0.1'}:{base['PORT'] or 5432}/{nom}"


def _ordonner(adresse: str, ordre: str) -> None:
    """One SQL order from the maintenance database: CREATE and DROP DATABASE cannot run in the one they are about."""
    ailleurs = urlunsplit(urlsplit(adresse)._replace(path="/postgres"))
    with psycopg.connect(ailleurs, autocommit=True) as connexion:
        connexion.execute(ordre)


def _nom(adresse: str) -> str:
    return urlsplit(adresse).path.lstrip("/")


@contextlib.contextmanager
def base_modele(dossier: Path) -> Iterator[str]:
    """A migrated, empty database to copy from."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        adresse = f"sqlite:///{dossier}/modele.sqlite3"
        gerer(adresse, "migrate", "--verbosity=0")
        yield adresse
        return
    adresse = _adresse_postgresql(f"cite_modele_{uuid.uuid4().hex[:12]}")
    _ordonner(adresse, f'CREATE DATABASE "{_nom(adresse)}"')
    try:
        gerer(adresse, "migrate", "--verbosity=0")
        yield adresse
    finally:
        _ordonner(adresse, f'DROP DATABASE "{_nom(adresse)}" WITH (FORCE)')


@contextlib.contextmanager
def copie_de_base(modele: str, dossier: Path) -> Iterator[str]:
    if modele.startswith("sqlite"):
        chemin = dossier / "base.sqlite3"
        shutil.copy(modele.removeprefix("sqlite:///"), chemin)
        yield f"sqlite:///{chemin}"
        return
    adresse = _adresse_postgresql(f"cite_essai_{uuid.uuid4().hex[:12]}")
    _ordonner(adresse, f'CREATE DATABASE "{_nom(adresse)}" TEMPLATE "{_nom(modele)}"')
    try:
        yield adresse
    finally:
        _ordonner(adresse, f'DROP DATABASE "{_nom(adresse)}" WITH (FORCE)')


# ------------------------------------------------------------------------------------------------ server
def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


class Serveur:
    """`with Serveur(adresse, dossier) as serveur:` then `serveur.url`, `.tuer()`, `.demarrer()` again, `.journal()`."""

    def __init__(self, adresse: str, dossier: Path, processus: int = 1, **variables: str) -> None:
        self.adresse = adresse
        self.processus = processus
        self.variables = variables
        self.port = port_libre()
        self.url = f"http://127.0.0.1:{self.port}"
        self._journal = dossier / f"serveur-{self.port}.log"
        self._popen: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Serveur":
        self.demarrer()
        return self

    def __exit__(self, *_: object) -> None:
        if self._popen and self._popen.poll() is None:
            self.arreter()

    def demarrer(self) -> None:
        commande = [sys.executable, "-m", "uvicorn", "cite.asgi:application", "--host", "127.0.0.1"]
        commande += ["--port", str(self.port), "--workers", str(self.processus), "--timeout-graceful-shutdown", "3"]
        with self._journal.open("ab") as sortie:
            self._popen = subprocess.Popen(
                commande, cwd=RACINE, env=environnement(self.adresse, **self.variables),
                stdout=sortie, stderr=sortie, start_new_session=True,
            )  # fmt: skip
        self._attendre()

    def _attendre(self) -> None:
        fin = time.monotonic() + SANS_INTERRUPTION
        while time.monotonic() < fin:
            assert self._popen and self._popen.poll() is None, self.journal()
            try:
                # Any answer will do, even a 404: the pages' door is open.
                urllib.request.urlopen(f"{self.url}/sante/", timeout=5).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"the server did not start:\n{self.journal()}")

    def arreter(self) -> float:
        """Stop as an operator does; how long it took."""
        assert self._popen
        debut = time.monotonic()
        self._popen.send_signal(signal.SIGTERM)
        self._popen.wait(SANS_INTERRUPTION)
        return time.monotonic() - debut

    def tuer(self) -> None:
        """kill -9, every process of this server at once."""
        assert self._popen
        os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait(SANS_INTERRUPTION)

    def journal(self) -> str:
        return self._journal.read_text(encoding="utf-8")

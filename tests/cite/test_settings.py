"""A wrong or missing setting stops the portal with a sentence that says what to do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
CLE = "k3y-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2
BONNES = {"CITE_SECRET_KEY": CLE, "CITE_HOTES": "cite.exemple.fr", "DATABASE_URL": "postgres://u@localhost/cite"}
LIRE = """
import json, sys
from django.core.exceptions import ImproperlyConfigured
try:
    import cite.settings as s
except ImproperlyConfigured as erreur:
    print(json.dumps({"erreur": str(erreur)}))
else:
    print(json.dumps({n: getattr(s, n) for n in dir(s) if n.isupper()}, default=str))
"""


def lire(**variables: str) -> dict:
    """The settings as a fresh process with just this environment sees them."""
    fini = subprocess.run(
        [sys.executable, "-c", LIRE], cwd=RACINE, env=variables, capture_output=True, text=True, check=True
    )
    return json.loads(fini.stdout)


def test_production_with_good_values_starts_with_everything_closed():
    reglages = lire(**BONNES)
    assert "erreur" not in reglages
    assert reglages["DEBUG"] is False
    assert reglages["ALLOWED_HOSTS"] == ["cite.exemple.fr"]
    assert reglages["SECURE_SSL_REDIRECT"] is True
    assert reglages["SECURE_HSTS_SECONDS"] > 0
    assert reglages["SESSION_COOKIE_SECURE"] is True
    assert reglages["CSRF_COOKIE_SECURE"] is True
    assert reglages["STORAGES"]["staticfiles"]["BACKEND"].startswith("whitenoise.")
    assert reglages["DATABASES"]["default"]["CONN_HEALTH_CHECKS"] is True
    assert "ATOMIC_REQUESTS" not in reglages["DATABASES"]["default"]


def test_an_empty_environment_says_all_that_is_missing_at_once():
    erreur = lire()["erreur"]
    assert "CITE_SECRET_KEY manque" in erreur
    assert "CITE_HOTES manque" in erreur


@pytest.mark.parametrize(
    ("variables", "phrase"),
    [
        ({"CITE_SECRET_KEY": ""}, "CITE_SECRET_KEY manque"),
        ({"CITE_SECRET_KEY": "court"}, "trop courte ou trop simple"),
        ({"CITE_SECRET_KEY": "a" * 60}, "trop courte ou trop simple"),
        ({"CITE_SECRET_KEY_FILE": "/dev/null"}, "gardez-en un seul"),
        ({"CITE_SECRET_KEY": "", "CITE_SECRET_KEY_FILE": "/nulle/part"}, "ne peut pas être lu"),
        ({"CITE_HOTES": ""}, "CITE_HOTES manque"),
        ({"CITE_HOTES": "*"}, "donnez les noms du site"),
        ({"CITE_HOTES": "https://cite.exemple.fr/"}, "donnez le nom seul"),
        ({"CITE_ORIGINES": "cite.exemple.fr"}, "commence par https://"),
        ({"CITE_FUSEAU": "Europe/Pari"}, "Vouliez-vous dire Europe/Paris ?"),
        ({"CITE_FUSEAU": "ici"}, "n'est pas un fuseau horaire connu"),
        ({"CITE_HTTPS": "peut-être"}, "écrivez oui ou non"),
        ({"DEBUG": "2"}, "DEBUG vaut « 2 »"),
        ({"CITE_FILS": "0"}, "un nombre entier entre 1 et 64"),
        ({"CITE_FLUX_MAX": "beaucoup"}, "CITE_FLUX_MAX vaut « beaucoup »"),
        ({"CITE_HSTS": "-1"}, "CITE_HSTS vaut « -1 »"),
        ({"DATABASE_URL": "mysql://u@localhost/cite"}, "DATABASE_URL n'est pas comprise"),
        ({"DATABASE_URL": "n'importe quoi"}, "DATABASE_URL n'est pas comprise"),
        ({"CITE_HOTE": "x"}, "Vouliez-vous dire CITE_HOTES ?"),
        ({"CITE_ZZZZZZ": "x"}, "CITE_ZZZZZZ n'est pas un réglage du portail"),
    ],
)
def test_each_wrong_variable_has_its_sentence(variables, phrase):
    assert phrase in lire(**BONNES | variables)["erreur"]


def test_the_password_of_a_wrong_database_address_is_not_repeated():
    assert "motsecret" not in lire(**BONNES | {"DATABASE_URL": "postgres://u:motsecret@h:nombre/b"})["erreur"]


def test_the_secret_key_can_be_in_a_file(tmp_path):
    (tmp_path / "cle").write_text(CLE + "\n")
    variables = BONNES | {"CITE_SECRET_KEY": "", "CITE_SECRET_KEY_FILE": str(tmp_path / "cle")}
    assert lire(**variables)["SECRET_KEY"] == CLE


@pytest.mark.parametrize("mode", ["DEBUG", "DEMO"])
def test_a_local_portal_needs_nothing_and_answers_to_this_machine_only(mode):
    reglages = lire(**{mode: "1"})
    assert set(reglages["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1", "[::1]"}
    assert reglages["SECURE_SSL_REDIRECT"] is False


@pytest.mark.parametrize("mode", ["DEBUG", "DEMO"])
def test_a_local_portal_shown_to_others_needs_a_key_of_its_own(mode):
    assert "CITE_SECRET_KEY manque" in lire(**{mode: "1", "CITE_HOTES": "192.0.2.7"})["erreur"]
    assert "192.0.2.7" in lire(**{mode: "1", "CITE_HOTES": "192.0.2.7", "CITE_SECRET_KEY": CLE})["ALLOWED_HOSTS"]


def test_plain_http_can_be_chosen_and_nothing_then_asks_for_https():
    reglages = lire(**BONNES | {"CITE_HTTPS": "non"})
    assert reglages["SECURE_SSL_REDIRECT"] is False
    assert reglages["SECURE_HSTS_SECONDS"] == 0
    assert reglages["SESSION_COOKIE_SECURE"] is False


def test_sqlite_takes_its_write_lock_at_once_and_creates_its_folder(tmp_path):
    reglages = lire(DEBUG="1", DATABASE_URL=f"sqlite:///{tmp_path}/neuf/cite.sqlite3")
    options = reglages["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]
    assert (tmp_path / "neuf").is_dir()


def test_the_policy_allows_nothing_inline():
    directives = lire(**BONNES)["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert "unsafe" not in json.dumps(directives)

"""Every setting of the portal, read from the environment: safe by default, loud when wrong.

Three situations: production (the default), `DEBUG=1` (a developer's machine) and `DEMO=1` (the living Cité of
`make demo`). The last two serve this machine only, unless a secret key and host names are given. All that is wrong
in the environment is said at once, in the operator's language, before anything starts.
"""

from __future__ import annotations

import difflib
import os
import zoneinfo
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"

CONNUES = {
    "CITE_SECRET_KEY": "clé secrète du site",
    "CITE_SECRET_KEY_FILE": "fichier qui contient la clé secrète",
    "CITE_HOTES": "noms du site, séparés par des virgules",
    "CITE_ORIGINES": "origines de confiance pour les formulaires, séparées par des virgules",
    "CITE_FUSEAU": "fuseau horaire du lieu",
    "CITE_HTTPS": "oui ou non",
    "CITE_HSTS": "durée, en secondes, pendant laquelle un navigateur exige HTTPS",
    "CITE_FILS": "nombre de pages servies en même temps par processus",
    "CITE_FLUX_MAX": "nombre de flux du signal ouverts par processus",
}
HOTES_LOCAUX = ["localhost", "127.0.0.1", "[::1]"]
COMMANDE_CLE = "python -c 'import secrets; print(secrets.token_urlsafe(50))'"

problemes: list[str] = []


def _booleen(nom: str, defaut: bool) -> bool:
    valeur = os.environ.get(nom, "").strip().lower()
    if valeur in {"1", "oui", "true", "yes", "on"}:
        return True
    if valeur in {"0", "non", "false", "no", "off"}:
        return False
    if valeur:
        problemes.append(f"{nom} vaut « {valeur} » : écrivez oui ou non.")
    return defaut


def _entier(nom: str, defaut: int, minimum: int, maximum: int) -> int:
    valeur = os.environ.get(nom, "").strip()
    if not valeur:
        return defaut
    if not (valeur.isascii() and valeur.isdigit() and minimum <= int(valeur) <= maximum):
        problemes.append(f"{nom} vaut « {valeur} » : écrivez un nombre entier entre {minimum} et {maximum}.")
        return defaut
    return int(valeur)


def _liste(nom: str) -> list[str]:
    return [morceau.strip() for morceau in os.environ.get(nom, "").split(",") if morceau.strip()]


def _signaler_inconnues() -> None:
    for nom in sorted(os.environ):
        if nom.startswith("CITE_") and nom not in CONNUES:
            proches = difflib.get_close_matches(nom, CONNUES, n=1)
            conseil = f" Vouliez-vous dire {proches[0]} ?" if proches else ""
            problemes.append(f"{nom} n'est pas un réglage du portail.{conseil} Corrigez son nom ou retirez-le.")


def _cle_secrete(exigee: bool) -> str:
    cle, fichier = (
        os.environ.get("CITE_SECRET_KEY", "").strip(),
        os.environ.get("CITE_SECRET_KEY_FILE", "").strip(),
    )
    if cle and fichier:
        problemes.append("CITE_SECRET_KEY et CITE_SECRET_KEY_FILE sont donnés tous les deux : gardez-en un seul.")
        return cle
    if fichier:
        try:
            cle = Path(fichier).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as erreur:
            problemes.append(f"CITE_SECRET_KEY_FILE désigne « {fichier} », qui ne peut pas être lu ({erreur}).")
            return "illisible"
    if not cle and exigee:
        problemes.append(
            "CITE_SECRET_KEY manque : donnez une clé secrète d'au moins 50 caractères (ou CITE_SECRET_KEY_FILE, le "
            f"fichier qui la contient). Pour en créer une : {COMMANDE_CLE}"
        )
    elif cle and (len(cle) < 50 or len(set(cle)) < 5):
        problemes.append(
            "La clé secrète est trop courte ou trop simple : il faut au moins 50 caractères tirés au hasard. "
            f"Pour en créer une : {COMMANDE_CLE}"
        )
    return cle or "cle-locale-sans-valeur-acceptee-sur-cette-machine-seulement"


def _hotes(production: bool) -> list[str]:
    hotes = _liste("CITE_HOTES")
    if production and not hotes:
        problemes.append(
            "CITE_HOTES manque : donnez le nom du site, par exemple cite.exemple.fr (plusieurs : des virgules)."
        )
    for hote in hotes:
        if hote == "*":
            problemes.append("CITE_HOTES ne peut pas être « * » : donnez les noms du site, un par un.")
        elif "/" in hote:
            problemes.append(f"CITE_HOTES contient « {hote} » : donnez le nom seul, sans https:// ni chemin.")
    return hotes


def _origines() -> list[str]:
    origines = _liste("CITE_ORIGINES")
    for origine in origines:
        if not origine.startswith(("https://", "http://")):
            problemes.append(
                f"CITE_ORIGINES contient « {origine} » : chaque origine commence par https:// (ou http://)."
            )
    return origines


def _fuseau() -> str:
    nom = os.environ.get("CITE_FUSEAU", "").strip() or "Europe/Paris"
    connus = zoneinfo.available_timezones()
    if nom in connus:
        return nom
    proches = difflib.get_close_matches(nom, connus, n=1)
    conseil = f" Vouliez-vous dire {proches[0]} ?" if proches else " Par exemple : Europe/Paris."
    problemes.append(f"CITE_FUSEAU vaut « {nom} », qui n'est pas un fuseau horaire connu.{conseil}")
    return "Europe/Paris"


def _base_de_donnees(defaut: Path) -> dict[str, object]:
    adresse = os.environ.get("DATABASE_URL", "").strip() or f"sqlite:///{defaut}"
    try:
        base: dict[str, object] = dict(dj_database_url.parse(adresse, conn_max_age=None))
    except ValueError:  # its own message may quote the password
        base = {}
    moteur = str(base.get("ENGINE", "")).rpartition(".")[2]
    if moteur == "sqlite3":
        return base | _options_sqlite(str(base["NAME"]))
    if moteur == "postgresql":
        return base | {"CONN_HEALTH_CHECKS": True, "OPTIONS": OPTIONS_POSTGRESQL}
    problemes.append(
        "DATABASE_URL n'est pas comprise : écrivez postgres://utilisateur:motdepasse@serveur:5432/base "
        "ou sqlite:////chemin/absolu/cite.sqlite3."
    )
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}


# The same statement is planned once a connection, not once a request: this halves what PostgreSQL spends on a ticket.
# (A pooler in front must know prepared statements: PgBouncer does since 1.21.)
OPTIONS_POSTGRESQL = {"server_side_binding": True, "prepare_threshold": 5}


def _options_sqlite(nom: str) -> dict[str, object]:
    """A write transaction takes its lock at once, so that it waits its turn instead of failing in the middle."""
    if nom != ":memory:":
        chemin = BASE_DIR / nom
        nom = str(chemin)
        try:
            chemin.parent.mkdir(parents=True, exist_ok=True)
        except OSError as erreur:
            problemes.append(f"Le dossier de la base de données ne peut pas être créé ({erreur}). Voyez DATABASE_URL.")
    return {
        "ENGINE": "cite.sqlite3",
        "NAME": nom,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


# ------------------------------------------------------------------------------------------------ situation
DEBUG = _booleen("DEBUG", False)
DEMO = _booleen("DEMO", False)
LOCAL = DEBUG or DEMO
_signaler_inconnues()

_hotes_donnes = _hotes(production=not LOCAL)
ALLOWED_HOSTS = _hotes_donnes + (HOTES_LOCAUX if LOCAL else [])
CSRF_TRUSTED_ORIGINS = _origines()
# Without a secret of its own, a portal answers to nobody but the machine it runs on.
SECRET_KEY = _cle_secrete(exigee=not LOCAL or bool(set(_hotes_donnes) - set(HOTES_LOCAUX)))
HTTPS = _booleen("CITE_HTTPS", not LOCAL)

# ------------------------------------------------------------------------------------------------ application
INSTALLED_APPS = [
    "cite.apps_admin.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "template_partials.apps.SimpleAppConfig",
    "cite",
    "accueil",
    "ressources",
    "evenements",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "cite.middleware.EntetesMiddleware",
    "accueil.middleware.JourneeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "cite.urls"
WSGI_APPLICATION = "cite.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_chargeurs = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
if not DEBUG:
    _chargeurs = [("django.template.loaders.cached.Loader", _chargeurs)]  # type: ignore[list-item]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            # Written out, not left to the packages' automatic set-up: partials need their loader outermost.
            "loaders": [("template_partials.loader.Loader", _chargeurs)],
            "builtins": ["cite.templatetags.cite"],  # pictograms are on every page
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cite.contexte.cite",
            ],
        },
    }
]

# ------------------------------------------------------------------------------------------------ database
DATABASES = {"default": _base_de_donnees(VAR / ("demo.sqlite3" if DEMO else "cite.sqlite3"))}

# ------------------------------------------------------------------------------------------------ accounts
AUTH_USER_MODEL = "cite.Agent"
AUTHENTICATION_BACKENDS = ["cite.comptes.Comptes"]
LOGIN_URL = "cite:connexion"
LOGIN_REDIRECT_URL = "accueil:portail"
LOGOUT_REDIRECT_URL = "accueil:portail"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_AGE = 12 * 60 * 60  # a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # a desk computer is shared
MESSAGE_STORAGE = (
    "django.contrib.messages.storage.cookie.CookieStorage"  # showing a message writes nothing to the database
)

# ------------------------------------------------------------------------------------------------ language and time
LANGUAGE_CODE = "fr"
LANGUAGES = [
    ("fr", "Français"),
    ("en", "English"),
    ("es", "Español"),
    ("ar", "العربية"),
    ("uk", "Українська"),
]
LOCALE_PATHS = [BASE_DIR / "cite" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = _fuseau()

# ------------------------------------------------------------------------------------------------ static files
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
_statiques = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if LOCAL
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _statiques},
}
WHITENOISE_USE_FINDERS = LOCAL
WHITENOISE_AUTOREFRESH = DEBUG

# ------------------------------------------------------------------------------------------------ security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"  # nothing leaks to other sites, and the CSRF check over HTTPS keeps its Referer
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = _entier("CITE_HSTS", 365 * 24 * 3600, 0, 10 * 365 * 24 * 3600) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True  # pages carry the token in their forms; no script reads the cookie
CSRF_COOKIE_SAMESITE = "Lax"
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # HSTS preload cannot be undone: the operator's choice, not ours

# ------------------------------------------------------------------------------------------------ serving
FILS = _entier("CITE_FILS", 8, 1, 64)
FLUX_MAX = _entier("CITE_FLUX_MAX", 2000, 0, 100_000)

# ------------------------------------------------------------------------------------------------ logs
# No address and no token in any line; the server's access log is off, however the server is started.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"sans_jeton": {"()": "cite.journalisation.SansJeton"}},
    "formatters": {
        "discret": {
            "()": "cite.journalisation.FormatDiscret",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "discret", "filters": ["sans_jeton"]},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "uvicorn": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}

if problemes:
    raise ImproperlyConfigured(
        "Le portail ne peut pas démarrer, ses réglages sont à corriger :\n" + "\n".join(f"  - {p}" for p in problemes)
    )

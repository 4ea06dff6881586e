"""The settings under test are those of production, given good values; only what would slow or soften a test changes."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.gabarits import VariableInconnue

# The developer's own environment must not change what a test sees.
for nom in [n for n in os.environ if n.startswith("CITE_")] + ["DEBUG", "DEMO"]:
    os.environ.pop(nom, None)
os.environ |= {
    "CITE_SECRET_KEY": "cle-de-test-sans-valeur-" + "abcdefghijklmnopqrstuvwxyz0123456789",
    "CITE_HOTES": "testserver,localhost,127.0.0.1",
    "CITE_HTTPS": "non",
}

from cite.settings import *  # noqa: E402, F403
from cite.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE, STORAGES, TEMPLATES  # noqa: E402

_dossier = Path(tempfile.mkdtemp(prefix="cite-tests-"))
atexit.register(shutil.rmtree, _dossier, ignore_errors=True)

# A file, as in service: a database in memory has other locks, and only one process.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(_dossier / "tests.sqlite3")}

STATIC_ROOT = _dossier / "static"
STATIC_ROOT.mkdir()
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = VariableInconnue()

# A query repeated for each row of a list fails the request that made it.
INSTALLED_APPS += ["zeal"]
MIDDLEWARE.insert(0, "zeal.middleware.zeal_middleware")
ZEAL_ALLOWLIST = [{"model": "sessions.Session", "field": "get()"}]  # Django itself loads a session again to delete it

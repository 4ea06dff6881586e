"""Directions of imports: `cite` knows no one, `accueil` enters the others by their door (docs/architecture.md)."""

import subprocess
import sys
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]


def test_imports_follow_the_directions_of_the_house() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    fini = subprocess.run([lint, "--no-cache"], cwd=RACINE, capture_output=True, text=True, check=False)
    assert fini.returncode == 0, fini.stdout + fini.stderr


def test_the_top_level_holds_only_what_the_house_lists() -> None:
    suivis = subprocess.run(["git", "ls-files"], cwd=RACINE, capture_output=True, text=True, check=True).stdout
    assert {ligne.split("/")[0] for ligne in suivis.splitlines()} <= {
        "manage.py", "cite", "accueil", "ressources", "evenements", "templates", "static", "tests", "pyproject.toml",
        "README.md", "Makefile", "requirements.lock", ".ci", ".gitignore", "LICENSE", "CHANGELOG.md", "docs",
    }  # fmt: skip

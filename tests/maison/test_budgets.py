"""Budgets to feel, not to game (design, section 4): the tails are reported, and only absurd ones fail."""

import ast
from collections.abc import Iterator
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]
BUDGETS = {"function": 40, "view": 25, "module": 400, "template": 120, "test": 30}
ABSURDE = 2  # times its budget


def fichiers(motif: str, *dossiers: str) -> Iterator[Path]:
    for dossier in dossiers:
        yield from (f for f in (RACINE / dossier).rglob(motif) if "migrations" not in f.parts)


def longueurs() -> Iterator[tuple[str, str, int]]:
    for fichier in fichiers("*.py", "cite", "accueil", "ressources", "evenements", "tests"):
        texte = fichier.read_text()
        est_test = "tests" in fichier.parts
        if fichier.name != "vocabulaires.py":
            yield "module", str(fichier.relative_to(RACINE)), len(texte.splitlines())
        for noeud in ast.walk(ast.parse(texte)):
            if isinstance(noeud, ast.FunctionDef):
                genre = "test" if est_test else "view" if "views" in fichier.parts else "function"
                nom = f"{fichier.relative_to(RACINE)}:{noeud.name}"
                yield genre, nom, (noeud.end_lineno or noeud.lineno) - noeud.lineno + 1
    for fichier in fichiers("*.html", "templates"):
        yield "template", str(fichier.relative_to(RACINE)), len(fichier.read_text().splitlines())


def test_budgets_are_reported_and_nothing_is_twice_its_budget() -> None:
    depassements = sorted(
        ((n / BUDGETS[genre], genre, nom, n) for genre, nom, n in longueurs() if n > BUDGETS[genre]), reverse=True
    )
    for rapport, genre, nom, n in depassements:
        print(f"{rapport:.2f} × the budget of a {genre}: {nom} ({n} lines)")
    assert [nom for rapport, _genre, nom, _n in depassements if rapport > ABSURDE] == []

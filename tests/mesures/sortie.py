"""Where every measure writes: one list of lines in var/mesures.json, a line replacing the one of the same name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.serveur import RACINE

SORTIE = RACINE / "var" / "mesures.json"


def ecrire(lignes: list[dict[str, Any]], sortie: Path = SORTIE) -> None:
    """Add lines (nom, valeur, unite, reference, rapport, objectif, tenu) to those already there."""
    anciennes = json.loads(sortie.read_text(encoding="utf-8")) if sortie.exists() else []
    neuves = {ligne["nom"] for ligne in lignes}
    toutes = [ligne for ligne in anciennes if ligne["nom"] not in neuves] + lignes
    sortie.parent.mkdir(exist_ok=True)
    sortie.write_text(json.dumps(toutes, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"écrit dans {sortie}")

"""The measures measure: every line is there, and the reference plays what the rules really send."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.mesures.reference import enregistrer
from tests.serveur import RACINE, _adresse_postgresql


@pytest.mark.lent
def test_the_measures_run_and_say_what_they_promise(tmp_path: Path) -> None:
    sortie = tmp_path / "mesures.json"
    commande = [sys.executable, "-m", "tests.mesures", "--secondes", "1", "--clients", "2", "--processus", "1"]
    sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    adresse = {} if sqlite else {"DATABASE_URL": _adresse_postgresql(settings.DATABASES["default"]["NAME"])}
    fini = subprocess.run(
        [*commande, "--sortie", str(sortie)],
        cwd=RACINE, env=os.environ | adresse, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert fini.returncode == 0, fini.stderr
    lignes = {ligne["nom"]: ligne for ligne in json.loads(sortie.read_text(encoding="utf-8"))}
    for nom, objectif in (
        ("Tickets, 1 processus", 100),
        ("Appels, 1 processus", 150),
        ("Appels, 1 processus, p99", 250),
    ):
        ligne = lignes[nom]
        assert set(ligne) == {"nom", "valeur", "unite", "reference", "rapport", "objectif", "tenu"}
        assert ligne["valeur"] > 0 and ligne["reference"] > 0 and ligne["objectif"] == objectif
        assert isinstance(ligne["tenu"], bool)


@pytest.mark.django_db
def test_what_is_recorded_is_what_was_asked_with_its_slots(lieu: None) -> None:
    from cite.models import Pole

    ordres = enregistrer(lambda: list(Pole.objects.filter(code="emploi", pk__lt=900_001)), {900_001: "§numero"})
    assert len(ordres) == 1 and ordres[0].sql.startswith("SELECT")
    assert "emploi" in ordres[0].parametres and "§numero" in ordres[0].parametres

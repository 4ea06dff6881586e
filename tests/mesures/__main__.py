"""Tickets and calls per second through the real HTTP forms, beside the raw database doing the same statements.

`python -m tests.mesures` uses a database of its own, of the kind of DATABASE_URL (SQLite without it), prints a table
and writes var/mesures.json. Clients are included: they run on the same machine, sixteen at once.

A ticket is what a kiosk does: the page of a question, the form with its CSRF token and its key, the page of the
number. A call is what a desk does: the POST "appeler le suivant" as htmx sends it, and the desk that comes back. Desks
are freed ("absent") between rounds, out of the clock; the line "avec commencer et terminer" has everything on the
clock, and counts calls.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.reglages")
import django

django.setup()

from django.conf import settings  # noqa: E402

from tests.concurrence.charge import QUESTIONS  # noqa: E402
from tests.concurrence.clients import Borne, Bureau  # noqa: E402
from tests.concurrence.regie import Regie  # noqa: E402
from tests.mesures import charge  # noqa: E402
from tests.mesures.charge import Resultat  # noqa: E402
from tests.mesures.sortie import SORTIE, ecrire  # noqa: E402
from tests.serveur import RACINE, Serveur, base_modele, copie_de_base, environnement  # noqa: E402

OBJECTIFS = {"tickets": 100.0, "appels": 150.0, "p99": 250.0}
ATTENDENT = 1200  # a busy day, all in the hall at once
SEULS = 60  # tickets and calls made one at a time, to know what one costs
POSTES = 6  # desks held by each client, called one after the other within a round


def lire_arguments() -> argparse.Namespace:
    lecteur = argparse.ArgumentParser(prog="python -m tests.mesures", description=__doc__.splitlines()[0])
    lecteur.add_argument("--secondes", type=float, default=10, help="how long each load lasts")
    lecteur.add_argument("--clients", type=int, default=16)
    lecteur.add_argument("--processus", type=int, nargs="+", default=[1, 2], help="numbers of workers to try")
    lecteur.add_argument("--fils", type=int, default=8, help="threads of each worker (CITE_FILS)")
    lecteur.add_argument("--sortie", type=Path, default=SORTIE, help="where the figures go (JSON)")
    return lecteur.parse_args()


@contextmanager
def place(modele: str, desks: int) -> Iterator[tuple[str, Regie, Path]]:
    """A seeded database of its own, and who acts on it from outside."""
    with tempfile.TemporaryDirectory(prefix="cite-mesures-") as nom:
        dossier = Path(nom)
        with copie_de_base(modele, dossier) as adresse, Regie(adresse) as regie:
            regie.preparer(desks=desks)
            yield adresse, regie, dossier


def mesurer_http(modele: str, processus: int, o: argparse.Namespace) -> dict[str, Resultat]:
    """Load a real server with so many workers."""
    with place(modele, o.clients * POSTES) as (adresse, regie, dossier):
        borne = regie.appareil(nom="entree", genre="borne")
        bureaux = regie.tenir(guichets_=o.clients * POSTES)
        mains = [bureaux[n :: o.clients] for n in range(o.clients)]
        fait = {}
        with Serveur(adresse, dossier, processus, CITE_FILS=str(o.fils)) as serveur:
            try:
                fait["tickets"] = charge.mesurer(charge.tickets, serveur.url, o.secondes, [borne] * o.clients)
                for quoi, client in (("appels", charge.appels), ("cycles", charge.cycles)):
                    regie.remplir(jusqua=ATTENDENT)
                    fait[quoi] = charge.mesurer(client, serveur.url, o.secondes, mains)
                _compter_le_processeur(fait, serveur, borne, bureaux[0], regie)
            except BaseException as erreur:
                erreur.add_note(f"The server said:\n{serveur.journal()[-4000:]}")
                raise
            journal = serveur.journal()
        assert "Traceback" not in journal and "database is locked" not in journal, journal[-3000:]
    return fait


def _compter_le_processeur(
    fait: dict[str, Resultat], serveur: Serveur, borne: dict[str, str], bureau: dict[str, Any], regie: Regie
) -> None:
    """Note what one ticket and one call cost the server: a busy machine changes these figures the least."""
    regie.remplir(jusqua=ATTENDENT)
    kiosque, guichet = Borne(serveur.url, borne), Bureau(serveur.url, bureau["cookies"], bureau["pk"])
    guichet.entrer()
    depense = {"tickets": 0.0, "appels": 0.0}
    for n in range(SEULS):
        avant = processeur(serveur)
        kiosque.prendre(QUESTIONS[n % len(QUESTIONS)])
        entre = processeur(serveur)
        guichet.appeler()
        depense["tickets"] += entre - avant
        depense["appels"] += processeur(serveur) - entre
        guichet.geste("absent")
    for quoi, secondes in depense.items():
        fait[quoi].processeur = 1000 * secondes / SEULS
    kiosque.fermer(), guichet.fermer()


def processeur(serveur: Serveur) -> float:
    """Return the seconds of processor that the server's processes have used, where the system says so."""
    assert serveur._popen
    total, groupe = 0, serveur._popen.pid  # it leads a group of its own
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            champs = stat.read_text().rpartition(")")[2].split()
        except OSError:  # gone meanwhile
            continue
        if int(champs[2]) == groupe:
            total += int(champs[11]) + int(champs[12])
    return total / os.sysconf("SC_CLK_TCK")


def mesurer_brut(modele: str, quoi: str, fois: int, clients: int) -> dict[str, float]:
    """Play the same statements with plain drivers, in a process of its own."""
    with place(modele, 1) as (adresse, _regie, _dossier):
        commande = [sys.executable, "-m", "tests.mesures.reference", quoi, str(fois), str(clients)]
        fini = subprocess.run(
            commande, cwd=RACINE, env=environnement(adresse), capture_output=True, text=True, check=False
        )
        assert fini.returncode == 0, fini.stderr
        return json.loads(fini.stdout)  # type: ignore[no-any-return]


def lignes(quoi: str, processus: int, fait: Resultat, brut: dict[str, float]) -> list[dict[str, Any]]:
    nom = {"tickets": "Tickets", "appels": "Appels", "cycles": "Appels avec commencer et terminer"}[quoi]
    nom += f", {processus} processus"
    unite = "tickets/s" if quoi == "tickets" else "appels/s"
    lignes_ = [
        ligne(nom, fait.debit, unite, brut["debit"], OBJECTIFS.get(quoi)),
        ligne(f"{nom}, p50", fait.p50, "ms", brut["p50"], None),
        ligne(f"{nom}, p99", fait.p99, "ms", brut["p99"], OBJECTIFS["p99"] if quoi in OBJECTIFS else None, moins=True),
    ]
    if fait.processeur > 0:
        lignes_.append(ligne(f"{nom}, processeur du serveur pour un", fait.processeur, "ms", None, None))
    return lignes_


def ligne(
    nom: str, valeur: float, unite: str, reference: float | None, objectif: float | None, *, moins: bool = False
) -> dict[str, Any]:
    tenu = None if objectif is None else valeur < objectif if moins else valeur >= objectif
    return {
        "nom": nom,
        "valeur": round(valeur, 1),
        "unite": unite,
        "reference": None if reference is None else round(reference, 1),
        "rapport": None if not reference else round(valeur / reference, 3),
        "objectif": objectif,
        "tenu": tenu,
    }


def afficher(resultats: list[dict[str, Any]]) -> None:
    print(f"{'':52}{'mesuré':>10}  {'':10}{'base seule':>12}{'rapport':>10}{'objectif':>10}")
    for r in resultats:
        verdict = {None: "", True: "tenu", False: "MANQUÉ"}[r["tenu"]]
        reference = "" if r["reference"] is None else f"{r['reference']:.1f}"
        rapport = "" if r["rapport"] is None else f"{r['rapport']:.3f}"
        objectif = "" if r["objectif"] is None else f"{r['objectif']:.0f}"
        print(
            f"{r['nom']:52}{r['valeur']:>10.1f}  {r['unite']:10}{reference:>12}{rapport:>10}{objectif:>10}  {verdict}"
        )


def principal() -> None:
    o = lire_arguments()
    charge = os.getloadavg()[0]
    base = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    print(
        f"{base}, {os.cpu_count()} coeurs, {o.clients} clients, charge de la machine avant de commencer : {charge:.1f}"
    )
    resultats = [ligne("Charge de la machine avant de commencer", charge, "", None, None)]
    with tempfile.TemporaryDirectory(prefix="cite-mesures-") as dossier, base_modele(Path(dossier)) as modele:
        brut = {quoi: mesurer_brut(modele, quoi, ATTENDENT, o.clients) for quoi in ("tickets", "appels")}
        for processus in o.processus:
            fait = mesurer_http(modele, processus, o)
            for quoi in ("tickets", "appels", "cycles"):
                resultats += lignes(quoi, processus, fait[quoi], brut["tickets" if quoi == "tickets" else "appels"])
    for quoi in ("tickets", "appels"):
        print(f"{quoi} : {brut[quoi]['ordres']:.0f} instructions SQL à chaque fois, jouées aussi par la base seule")
    afficher(resultats)
    ecrire(resultats, o.sortie)


if __name__ == "__main__":
    principal()

"""From the commit of a call to the refreshed fragment: 20 screens, 300 telephones and 200 idle streams, all at once.

`python -m tests.mesures.direct` prints the delays and what the idle streams cost. Screens fetch at once, telephones
within 1.5 s as their page asks (`data-signal-etalement`), each over kept connections as browsers do. The reference is
what one such fragment takes when nobody else asks.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.reglages")
import django

django.setup()

from tests.mesures.__main__ import afficher, ligne, place, processeur  # noqa: E402
from tests.mesures.sortie import SORTIE, ecrire  # noqa: E402
from tests.serveur import Serveur, base_modele  # noqa: E402

ECRANS, TELEPHONES, OISIFS = 20, 300, 200
ETALEMENT = 1.5  # seconds, as the page of a follow-up says
APPELS, PAUSE = 15, 3.0
REPOS = 10.0  # seconds of nothing, to see what streams cost
OBJECTIF_ECRANS, OBJECTIF_TELEPHONES, OBJECTIF_OISIFS = 300.0, 2000.0, 5.0


class Page:
    """A page with its stream: at each change, it fetches its fragment and notes when it came."""

    def __init__(self, port: int, chemin: str, cookies: dict[str, str], etalement: float) -> None:
        self.port, self.chemin, self.etalement = port, chemin, etalement
        self.entetes = "".join(f"{n}: {v}\r\n" for n, v in {"Host": f"127.0.0.1:{port}", "HX-Request": "true"}.items())
        if cookies:
            self.entetes += "Cookie: " + "; ".join(f"{n}={v}" for n, v in cookies.items()) + "\r\n"
        self.recues: list[tuple[float, float, str]] = []  # asked, received, text
        self._lien: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._change = asyncio.Event()

    async def vivre(self) -> None:
        ecoute = asyncio.create_task(self._ecouter())
        try:
            while True:
                await self._change.wait()
                self._change.clear()
                await asyncio.sleep(random.random() * self.etalement)
                demande = time.time()
                texte = await self.chercher()
                self.recues.append((demande, time.time(), texte))
        finally:
            ecoute.cancel()

    async def _ecouter(self) -> None:
        lecteur, ecrivain = await asyncio.open_connection("127.0.0.1", self.port)
        ecrivain.write(f"GET /signal/ HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
        while ligne_ := await lecteur.readline():
            if ligne_.startswith(b"event: change"):
                self._change.set()

    async def chercher(self) -> str:
        for _essai in range(2):  # the server lets go of a connection after five seconds without a request
            try:
                return await self._demander()
            except (OSError, asyncio.IncompleteReadError):
                self._lien = None
        raise AssertionError(f"no answer for {self.chemin}")

    async def _demander(self) -> str:
        if self._lien is None:
            self._lien = await asyncio.open_connection("127.0.0.1", self.port)
        lecteur, ecrivain = self._lien
        ecrivain.write(f"GET {self.chemin} HTTP/1.1\r\n{self.entetes}\r\n".encode())
        tete = (await lecteur.readuntil(b"\r\n\r\n")).decode()
        assert " 200 " in tete.partition("\r\n")[0], f"{self.chemin}: {tete}"
        longueur = next(
            v for n, _, v in (e.partition(":") for e in tete.split("\r\n")) if n.lower() == "content-length"
        )
        return (await lecteur.readexactly(int(longueur))).decode()


async def rester(port: int) -> None:
    """Hold a stream that nobody looks at."""
    lecteur, ecrivain = await asyncio.open_connection("127.0.0.1", port)
    ecrivain.write(f"GET /signal/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    while await lecteur.readline():
        pass


async def mesurer(serveur: Serveur, regie: Any, cookies: dict[str, str], jetons: list[str]) -> dict[str, Any]:
    """Return the delays in ms to screens and telephones, of a lone fragment, and the cost of streams in % of a core."""
    ecrans = [Page(serveur.port, "/ecran/hall/?depuis=0", cookies, 0.0) for _ in range(ECRANS)]
    telephones = [Page(serveur.port, f"/suivi/{jeton}/", {}, ETALEMENT) for jeton in jetons]
    seul = []
    for _ in range(30):
        debut = time.perf_counter()
        await ecrans[0].chercher()
        seul.append(1000 * (time.perf_counter() - debut))
    taches = [asyncio.create_task(page.vivre()) for page in (*ecrans, *telephones)]
    taches += [asyncio.create_task(rester(serveur.port)) for _ in range(OISIFS)]
    await asyncio.sleep(ETALEMENT + 6)  # everyone is there, and has fetched once
    avant, debut = processeur(serveur), time.time()
    await asyncio.sleep(REPOS)
    oisif = 100 * (processeur(serveur) - avant) / (time.time() - debut)
    delais: dict[str, list[float]] = {"ecrans": [], "telephones": []}
    for n in range(APPELS):
        numero, instant = await asyncio.to_thread(regie.appeler_et_dater, guichet=str(n + 1))
        await asyncio.sleep(PAUSE)
        delais["ecrans"] += [_delai(page, instant, numero) for page in ecrans]
        delais["telephones"] += [_delai(page, instant, "") for page in telephones]
    for tache in taches:
        tache.cancel()
    return {**delais, "seul": seul, "oisif": oisif}


def _delai(page: Page, instant: float, numero: str) -> float:
    """Return the ms from a commit to the first fragment asked after it (that shows the number, on a screen)."""
    attendu = numero.replace(" ", "&nbsp;")
    vues = [recue for demande, recue, texte in page.recues if demande >= instant - 0.2 and attendu in texte]
    return 1000 * (next((recue for recue in vues if recue >= instant), instant + 60) - instant)


def centile(valeurs: list[float], part: float) -> float:
    rangees = sorted(valeurs)
    return rangees[min(int(len(rangees) * part), len(rangees) - 1)]


def resultats(processus: int) -> list[dict[str, Any]]:
    """Return the lines of the measure with so many server processes."""
    with (
        tempfile.TemporaryDirectory(prefix="cite-direct-") as dossier,
        base_modele(Path(dossier)) as modele,
        place(modele, APPELS) as (adresse, regie, propre),
    ):
        cookies = regie.appareil(nom="hall")
        jetons = regie.prendre_et_suivre(combien=TELEPHONES)
        regie.tenir(guichets_=APPELS)
        with Serveur(adresse, propre, processus) as serveur:
            fait = asyncio.run(mesurer(serveur, regie, cookies, jetons))
            journal = serveur.journal()
        assert "Traceback" not in journal, journal[-3000:]
    seul = centile(fait["seul"], 0.5)
    ou = f"{processus} processus"
    return [
        ligne(f"Écran à jour, p50, {ou}", centile(fait["ecrans"], 0.5), "ms", seul, None),
        ligne(f"Écran à jour, p99, {ou}", centile(fait["ecrans"], 0.99), "ms", seul, OBJECTIF_ECRANS, moins=True),
        ligne(f"Téléphone à jour, p50, {ou}", centile(fait["telephones"], 0.5), "ms", seul, None),
        ligne(
            f"Téléphone à jour, p99, {ou}", centile(fait["telephones"], 0.99), "ms", seul, OBJECTIF_TELEPHONES,
            moins=True,
        ),
        ligne(f"{OISIFS + ECRANS + TELEPHONES} flux au repos, {ou}", fait["oisif"], "% cœur", None, OBJECTIF_OISIFS,
              moins=True),
    ]  # fmt: skip


def principal() -> None:
    lecteur = argparse.ArgumentParser(prog="python -m tests.mesures.direct", description=__doc__.splitlines()[0])
    lecteur.add_argument("--processus", type=int, nargs="+", default=[1, 2])
    lecteur.add_argument("--sortie", type=Path, default=SORTIE)
    o = lecteur.parse_args()
    lignes = [une for processus in o.processus for une in resultats(processus)]
    afficher(lignes)
    ecrire(lignes, o.sortie)


if __name__ == "__main__":
    principal()

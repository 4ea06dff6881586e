"""How good the forecast of waits is, on simulated places, beside rank × mean ÷ desks; and how long it takes.

`python -m tests.mesures.prevision` prints a table and writes var/mesures-prevision.json. Each place learns for 60 days
what counters keep (durations by pole and theme, who leaves, who passes before; over the last 20 days also the nightly
score), then is forecast for 120 days: at each arrival, the newcomer's wait, compared with what happened. Left out: who
left before being called, who has priority (they are told nothing until the reception says so), and for the error the
few arrivals where no desk is open and the naive rule says nothing. Coverage counts those who find no desk free: to the
others nothing is told, and [0, 0] is no forecast. Big places are tried on fewer days and one arrival in some, so that
the whole takes about ten minutes (three with `--graines 1 --sans-variantes`); `--complet` takes every day and arrival.

Reference of each line is the naive rule where it has one. Lines that come alone are the worst of all places.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from accueil.prevision import (
    Durees,
    EnAttente,
    Fourchette,
    Hall,
    Occupation,
    Parametres,
    Poste,
    Prevision,
    ecart,
    elargissement_appris,
    fourchette,
    naive_du_hall,
    prevoir,
    taux_de_depart,
    tranche,
)
from tests.mesures.lieu_simule import DEPASSEMENTS_MAX, Jour, Lieu, Reglage, Releve, Visiteur
from tests.mesures.sortie import SORTIE, ecrire

APPRENDRE, NOTER, ESSAYER = 60, 20, 120  # days; the night's score is of the last 20 to learn
OUVERT = 450.0  # minutes a day that the doors are open
OBJECTIFS = {"erreur": 0.70, "couverture": (77.0, 83.0), "dix": 10.0, "ms": 20.0}

# name, habits, days to try, one arrival in
PLACES = [
    (Reglage("petite ville", 40, 3, 2), ESSAYER, 1),
    (Reglage("ville moyenne", 200, 5, 10), ESSAYER, 6),
    (Reglage("grande cité", 600, 6, 24), 30, 12),  # 1,200 visits: one in two asks for a ticket
]
VARIANTES = [
    (Reglage("cv 0,4", 100, 4, 5, cv=0.4), 60, 3),
    (Reglage("cv 1,0", 100, 4, 5, cv=1.0), 60, 3),
    (Reglage("calme", 100, 4, 6, charge=0.7), 60, 3),
    (Reglage("débordée", 100, 4, 5, charge=1.05), 60, 3),
    (Reglage("un pôle, 2 guichets", 40, 1, 2), 60, 1),
    (Reglage("demi-journées", 100, 4, 8, equipes="demi"), 60, 3),
    (Reglage("impatients", 100, 4, 5, patience=30.0, muets=0.6), 60, 3),
    (Reglage("personne ne part", 100, 4, 5, patience=1e6, absents=0.0, pauses=0.0, priorites=0.0, passages=0.0), 60, 3),
    (Reglage("25 guichets, thèmes inconnus", 400, 6, 25, themes_connus=0.0), 20, 8),
    (Reglage("pauses et passages", 100, 4, 5, pauses=0.15, passages=0.15, priorites=0.1), 60, 3),
]


@dataclass
class Note:
    """One forecast, and what happened."""

    prevision: Prevision
    naive: float | None
    reelle: float
    libre: bool  # a desk was free: nothing to tell


def hall_vu(jour: Jour) -> Hall:
    """Return what the software knows of the place now: those who left in silence still wait, themes are half known."""
    t, postes = jour.t, []
    attente = [
        EnAttente(v.rang * 2 + v.passe, v.pole, v.priorite, v.depasse, theme=v.theme if v.theme_connu else None)
        for v in jour.attente
    ]
    for b in jour.bureaux:
        fin = b.fin_de_service(t)
        if fin is not None:
            occupation = None
            if b.visiteur:
                theme = b.visiteur.theme if b.visiteur.theme_connu else None
                occupation = Occupation(b.visiteur.pole, t - b.depuis, b.commence, theme)
            postes.append(Poste(frozenset(b.poles), occupation, b.pause_jusque > t, fin=fin - t))
        postes += [Poste(frozenset(b.poles), debut=d - t, fin=f - t) for d, f in b.services if d > t]
    return Hall(tuple(attente), tuple(postes), DEPASSEMENTS_MAX)


def parametres_mesures(r: Releve) -> Parametres:
    return Parametres(
        absents=r.absents / max(1, r.absents + r.recus),
        departs=taux_de_depart(r.partis, r.recus, r.attente / max(1, r.recus)),
        passages={pole: n / r.jours / OUVERT for pole, n in r.devant.items()},
    )


def jouer_et_noter(jour: Jour, durees: Durees, p: Parametres, une_sur: int, hasard: Random, r: Releve) -> list[Note]:
    """Play a day; return a note for each arrival forecast whose wait is known."""
    dits: dict[int, tuple[Prevision, float | None, bool]] = {}

    def observer(v: Visiteur) -> None:
        if v.priorite or (une_sur > 1 and hasard.randrange(une_sur)):
            return
        hall = hall_vu(jour)
        prevision = prevoir(hall, durees, poles=[v.pole], parametres=p, graine=v.rang).nouveaux[v.pole]
        naive = naive_du_hall(hall, durees, v.pole)
        if prevision.chance > 0:
            dits[v.rang] = prevision, naive, naive == 0

    jour.observer = observer
    jour.jouer(r)
    return [Note(*dits[rang][:2], jour.appels[rang], dits[rang][2]) for rang in dits if rang in jour.appels]


def essayer(reglage: Reglage, graine: int, jours: int, une_sur: int) -> tuple[list[Note], Parametres]:
    """Let a place learn, then forecast it; return the notes, told without widening, and what was learnt."""
    lieu, releve, hasard = Lieu(reglage, graine), Releve(), Random(f"{graine} choix")
    for n in range(APPRENDRE - NOTER):
        lieu.jour(n).jouer(releve)
    ecarts: Counter[int] = Counter()
    durees, p = Durees(releve.durees, releve.durees_theme), parametres_mesures(releve)
    for n in range(APPRENDRE - NOTER, APPRENDRE):
        for note in jouer_et_noter(lieu.jour(n), durees, p, une_sur, hasard, releve):
            if not note.libre:
                ecarts[tranche(ecart(note.prevision, note.reelle))] += 1
    durees, p = Durees(releve.durees, releve.durees_theme), parametres_mesures(releve)
    notes = []
    for n in range(APPRENDRE, APPRENDRE + jours):
        notes += jouer_et_noter(lieu.jour(n), durees, p, une_sur, hasard, Releve())
    return notes, replace(p, elargissement=elargissement_appris(ecarts))


def elargies(notes: list[Note], elargissement: float) -> list[Note]:
    return [replace(n, prevision=replace(n.prevision, elargissement=elargissement)) for n in notes]


def pourcent(vrais: list[bool]) -> float:
    return 100 * sum(vrais) / max(1, len(vrais))


def chiffres(notes: list[Note]) -> dict[str, float]:
    """Return the figures of one place: errors in minutes, the rest in per cent."""
    vus = [n for n in notes if n.naive is not None]
    dits = [n for n in notes if not n.libre]

    def dedans(n: Note) -> bool:
        return n.prevision.p10 - 1e-9 <= n.reelle <= n.prevision.p90 + 1e-9

    def affiche(n: Note) -> bool:
        dite = fourchette(n.prevision)
        return isinstance(dite, Fourchette) and dite.bas <= n.reelle <= dite.haut

    def depasse(p: Prevision) -> float:
        return sum(a > p.p50 + 10 for a in p.attentes) / len(p.attentes)

    return {
        "erreur": statistics.fmean(abs(n.prevision.p50 - n.reelle) for n in vus),
        "naive": statistics.fmean(abs((n.naive or 0.0) - n.reelle) for n in vus),
        "couverture": pourcent([dedans(n) for n in dits]),
        "couverture_tous": pourcent([dedans(n) for n in notes]),
        "affichee": pourcent([affiche(n) for n in dits if isinstance(fourchette(n.prevision), Fourchette)]),
        "largeur": statistics.fmean(n.prevision.p90 - n.prevision.p10 for n in dits),
        "dix_milieu": pourcent([n.reelle > n.prevision.p50 + 10 for n in vus]),
        "dix_naive": pourcent([n.reelle > (n.naive or 0.0) + 10 for n in vus]),
        "dix_attendu": 100 * statistics.fmean(depasse(n.prevision) for n in vus),
        "dix_bout": pourcent([n.reelle > n.prevision.p90 + 10 for n in notes]),
        "notes": len(notes),
        "attente": statistics.fmean(n.reelle for n in notes),
    }


def hall_plein(qui: int = 60) -> tuple[Hall, Durees]:
    """A full hall of a big place: 60 waiting, some with priority, 12 desks of one to three poles, lunch, half-days."""
    hasard = Random(60)
    durees = Durees(
        {pole: {5 * n: hasard.randint(5, 60) for n in range(12)} for pole in range(6)},
        {(pole, theme): {5 * n: hasard.randint(1, 20) for n in range(12)} for pole in range(6) for theme in range(4)},
    )
    attente = tuple(
        EnAttente(n, hasard.randrange(6), priorite=n % 15 == 7, theme=hasard.choice([None, 0, 1, 2, 3]))
        for n in range(qui)
    )
    postes = [
        Poste(
            frozenset({n % 6, *hasard.sample(range(6), n % 3)}),
            Occupation(n % 6, hasard.uniform(0, 30)),
            fin=hasard.choice([60.0, 120.0, 300.0]),
        )
        for n in range(12)
    ]
    plus_tard = [Poste(poste.poles, debut=180.0, fin=480.0) for poste in postes]
    return Hall(attente, (*postes, *plus_tard)), durees


def chronometrer(fois: int = 21) -> float:
    """Return the median milliseconds of one forecast of a full hall and of a newcomer at each pole."""
    hall, durees = hall_plein()
    parametres = Parametres(departs=0.004, passages=dict.fromkeys(range(6), 0.01))
    temps = []
    for graine in range(fois):
        debut = time.perf_counter()
        previsions = prevoir(hall, durees, poles=range(6), parametres=parametres, graine=graine)
        for prevision in (*previsions.visiteurs.values(), *previsions.nouveaux.values()):
            fourchette(prevision)
        temps.append(1000 * (time.perf_counter() - debut))
    return statistics.median(temps)


# ------------------------------------------------------------------------------ table
def ligne(
    nom: str,
    valeur: float,
    unite: str,
    reference: float | None,
    objectif: float | None = None,
    tenu: bool | None = None,
) -> dict[str, Any]:
    return {
        "nom": nom,
        "valeur": round(valeur, 2),
        "unite": unite,
        "reference": None if reference is None else round(reference, 2),
        "rapport": round(valeur / reference, 3) if reference else None,
        "objectif": objectif,
        "tenu": tenu,
    }


def lignes(nom: str, c: dict[str, float]) -> list[dict[str, Any]]:
    bas, haut = OBJECTIFS["couverture"]
    dix = OBJECTIFS["dix"]
    return [
        ligne(f"{nom}, erreur du milieu", c["erreur"], "min", c["naive"], OBJECTIFS["erreur"],
              c["erreur"] <= OBJECTIFS["erreur"] * c["naive"]),
        ligne(f"{nom}, dans 10–90 %", c["couverture"], "%", None, 80, bas <= c["couverture"] <= haut),
        ligne(f"{nom}, dans 10–90 %, guichets libres compris", c["couverture_tous"], "%", None, 80,
              bas <= c["couverture_tous"] <= haut),
        ligne(f"{nom}, dans 10–90 %, élargissement appris", c["couverture_apprise"], "%", None, 80,
              bas <= c["couverture_apprise"] <= haut),
        ligne(f"{nom}, dans la fourchette affichée", c["affichee"], "%", None),
        ligne(f"{nom}, milieu trop court de 10 min", c["dix_milieu"], "%", c["dix_naive"], dix, c["dix_milieu"] <= dix),
        ligne(f"{nom}, le même, d’après la prévision", c["dix_attendu"], "%", None),
        ligne(f"{nom}, fourchette trop courte de 10 min", c["dix_bout"], "%", None, dix, c["dix_bout"] <= dix),
    ]  # fmt: skip


def afficher(resultats: list[dict[str, Any]]) -> None:
    print(f"{'':74}{'mesuré':>9}  {'':4}{'naïve':>9}{'rapport':>9}{'objectif':>10}")
    for r in resultats:
        verdict = {None: "", True: "tenu", False: "MANQUÉ"}[r["tenu"]]
        reference = "" if r["reference"] is None else f"{r['reference']:.2f}"
        rapport = "" if r["rapport"] is None else f"{r['rapport']:.3f}"
        objectif = "" if r["objectif"] is None else f"{r['objectif']:g}"
        print(f"{r['nom']:74}{r['valeur']:>9.2f}  {r['unite']:4}{reference:>9}{rapport:>9}{objectif:>10}  {verdict}")


def essayer_tous(
    nom: str, reglages: list[tuple[Reglage, int, int]], graines: range, complet: bool
) -> list[dict[str, Any]]:
    """Try places with several seeds; return the lines of each, as told by default and as told once learnt."""
    resultats = []
    for reglage, jours, une_sur in reglages:
        for graine in graines:
            notes, appris = essayer(reglage, graine, *((ESSAYER, 1) if complet else (jours, une_sur)))
            c = chiffres(notes)
            c["couverture_apprise"] = chiffres(elargies(notes, appris.elargissement))["couverture"]
            resultats.append({"nom": f"{reglage.nom}, graine {graine}", "c": c})
            print(
                f"{nom} : {resultats[-1]['nom']} ({c['notes']:.0f} prévisions, attente moyenne {c['attente']:.0f} min,"
                f" élargissement appris {appris.elargissement:.2f})",
                flush=True,
            )
    return resultats


def principal() -> None:
    lecteur = argparse.ArgumentParser(prog="python -m tests.mesures.prevision", description=__doc__.splitlines()[0])
    lecteur.add_argument("--graines", type=int, default=3, help="seeds of each of the three places")
    lecteur.add_argument("--complet", action="store_true", help="120 days and every arrival everywhere: hours")
    lecteur.add_argument("--sans-variantes", action="store_true", help="the three sizes only")
    lecteur.add_argument("--sortie", type=Path, default=SORTIE, help="where the figures go (JSON)")
    o = lecteur.parse_args()
    ms = chronometrer()
    essais = essayer_tous("tailles", PLACES, range(o.graines), o.complet)
    if not o.sans_variantes:
        essais += essayer_tous("variantes", VARIANTES, range(1), o.complet)
    resultats = [ligne("Une prévision, 60 personnes en attente", ms, "ms", None, OBJECTIFS["ms"], ms < OBJECTIFS["ms"])]
    for essai in essais:
        resultats += lignes(essai["nom"], essai["c"])
    resultats += pires([essai["c"] for essai in essais])
    afficher(resultats)
    ecrire(resultats, o.sortie)


def pires(c: list[dict[str, float]]) -> list[dict[str, Any]]:
    """Return the lines of the worst of all places, each figure apart."""
    pire = max(c, key=lambda un: un["erreur"] / un["naive"])
    loin = max(c, key=lambda un: abs(un["couverture"] - 80))
    return lignes("Le pire de tous", {
        **{cle: max(un[cle] for un in c) for cle in ("dix_milieu", "dix_naive", "dix_attendu", "dix_bout")},
        **{cle: pire[cle] for cle in ("erreur", "naive")},
        **{cle: loin[cle] for cle in ("couverture",)},
        "couverture_apprise": max((un["couverture_apprise"] for un in c), key=lambda x: abs(x - 80)),
        "couverture_tous": max((un["couverture_tous"] for un in c), key=lambda x: abs(x - 80)),
        "affichee": min(un["affichee"] for un in c),
    })  # fmt: skip


if __name__ == "__main__":
    principal()

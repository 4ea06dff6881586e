"""From the counters of a day to all the tables of a period, for one audience. Nothing here touches the database.

The order matters: each table knows what those before it show (`accueil.publication`, "Between measures").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accueil.periodes import Periode
from accueil.publication.derives import MEDIANE, NEUF_SUR_DIX, part, quantile, rapport
from accueil.publication.masque import NC, TOTAL, Cle, Publie, Tableau, Totaux, publier, relire

DEMI_JOURNEES = ("matin", "apres-midi")
COMPTES = ("tickets", "entretiens", "sans_entretien", "absents")
DIMENSIONS = ("question", "theme", "langue", "passage", "tranche")
SUJETS = (*COMPTES, *DIMENSIONS)  # in the order in which they are decided
DERIVES = ("attente", "entretien", "prevision_pole", "prevision_heure")
TRANCHES = (0, 15, 30, 45, 60, 90)  # minutes of wait, the lines of "tranche"
SANS_QUESTION = "aucune"
TOTAUX = {"question": Totaux.CONNUS, "langue": Totaux.CONNUS, "tranche": Totaux.CONNUS,
          "theme": Totaux.AUCUN, "passage": Totaux.AUCUN}  # fmt: skip

Base = Mapping[str, Any]
Tables = dict[str, Publie]


@dataclass(frozen=True)
class Sources:
    """What a period is made of: the counters of its days, and the published tables of its parts."""

    periode: Periode
    bases: tuple[Base, ...]  # one a day
    parties: tuple[Tables, ...] = ()  # in the order of `Periode.parties`; none for a day


def colonne_demi(periode: Periode, demi: str) -> str:
    return f"{periode.cle}:{demi}"


def composer(sources: Sources, seuil: int, dedans: Tables | None = None) -> Tables:
    """Return the tables of a period for one audience; ``dedans`` are those of the inside, when it is not that one."""

    def decider(sujet: str, tableau: Tableau, dessous: tuple[Publie, ...], deja: Tables) -> Publie:
        caches = _caches_d_office(sujet, deja) | (dedans[sujet].caches if dedans else frozenset())
        retenu = (dedans is not None and dedans[sujet].retenu) or _a_retenir(sujet, tableau.entier, deja)
        return publier(tableau, seuil, dessous=dessous, caches=caches, retenu=retenu)

    return _parcourir(sources, decider)


def recomposer(sources: Sources, stockes: Mapping[str, Mapping[str, Any]]) -> Tables:
    """Return the tables of a period as they were published, from what was stored."""
    return _parcourir(sources, lambda sujet, tableau, dessous, _deja: relire(tableau, stockes[sujet], dessous))


def _parcourir(
    sources: Sources, decider: Callable[[str, Tableau, tuple[Publie, ...], Tables], Publie]
) -> Tables:  # fmt: skip
    deja: Tables = {}
    for sujet in SUJETS:
        dessous = tuple(tables[sujet] for tables in sources.parties)
        deja[sujet] = decider(sujet, _tableau(sujet, sources, dessous, deja), dessous, deja)
    return deja


# ------------------------------------------------------------------------------------------------ between measures
def _caches_d_office(sujet: str, deja: Tables) -> frozenset[Cle]:
    if sujet == "sans_entretien":
        return deja["tickets"].caches | deja["entretiens"].caches
    return deja["sans_entretien"].caches if sujet == "absents" else frozenset()


def _a_retenir(sujet: str, entier: str, deja: Tables) -> bool:
    if sujet in ("question", "langue"):
        return (TOTAL, entier) in deja["tickets"].caches
    if sujet == "tranche":
        return (TOTAL, entier) in deja["entretiens"].caches
    if sujet == "passage":
        sans = deja["sans_entretien"]
        return any(colonne == entier for _ligne, colonne in sans.caches)
    return False


def _tableau(sujet: str, sources: Sources, dessous: tuple[Publie, ...], deja: Tables) -> Tableau:
    periode = sources.periode
    if dessous:
        lignes = tuple(dict.fromkeys(ligne for sous in dessous for ligne in sous.tableau.lignes))
        colonnes = (*(sous.tableau.entier for sous in dessous), periode.cle)
        cases = {
            (ligne, s.tableau.entier): s.tableau.valeur(ligne, s.tableau.entier) for s in dessous for ligne in lignes
        }
    elif sujet in COMPTES:
        comptes = sources.bases[0]["comptes"].get(sujet, {})
        lignes = tuple(dict.fromkeys(cle.partition("|")[0] for cle in comptes))
        colonnes = (*(colonne_demi(periode, demi) for demi in DEMI_JOURNEES), periode.cle)
        cases = {(p, colonne_demi(periode, d)): comptes.get(f"{p}|{d}") for p in lignes for d in DEMI_JOURNEES}
    else:
        valeurs = _dimension(sujet, sources.bases[0])
        lignes, colonnes = tuple(valeurs), (periode.cle,)
        cases = {(ligne, periode.cle): nombre for ligne, nombre in valeurs.items()}
    return Tableau(lignes, colonnes, cases, TOTAUX.get(sujet, Totaux.PUBLIES), *_ailleurs(sujet, deja))


def _ailleurs(sujet: str, deja: Tables) -> tuple[dict[Cle, int], dict[Cle, int]]:
    """Return what other published tables tell of this one: ceilings, floors."""
    if sujet == "sans_entretien":
        tickets, entretiens = deja["tickets"].montrees(), deja["entretiens"].montrees()
        return tickets, {cle: max(1, n - entretiens[cle]) for cle, n in tickets.items() if cle in entretiens}
    return (deja["sans_entretien"].montrees() if sujet == "absents" else {}), {}


def _dimension(sujet: str, base: Base) -> dict[str, int]:
    if sujet == "tranche":
        attentes: Counter[str] = Counter({str(debut): 0 for debut in TRANCHES} if base["histogrammes"] else {})
        for histogramme in base["histogrammes"].get("attente", {}).values():
            for minutes, nombre in histogramme.items():
                attentes[str(max(t for t in TRANCHES if t <= int(minutes)))] += nombre
        return dict(attentes)
    valeurs = dict(base["dimensions"].get(sujet, {}))
    if sujet == "question" and base["comptes"].get("tickets"):
        valeurs[SANS_QUESTION] = max(0, sum(base["comptes"]["tickets"].values()) - sum(valeurs.values()))
    return valeurs


# ------------------------------------------------------------------------------------------------ derived figures
def deriver(sources: Sources, tables: Tables) -> dict[str, dict[str, Any]]:
    """Return the medians, quantiles and shares of a period, as stored; a median only where its interviews are shown."""
    seuil = tables["tickets"].seuil
    lus: dict[str, dict[str, Any]] = {}
    for mesure in ("attente", "entretien"):
        par_pole = _histogrammes(sources.bases, mesure)
        lignes = [*par_pole, TOTAL] if par_pole else []
        par_pole[TOTAL] = sum(par_pole.values(), Counter())
        cases = [_quantiles(par_pole[li], tables["entretiens"], li, sources.periode.cle, seuil) for li in lignes]
        lus[mesure] = _derive(lignes, ["mediane", "neuf_sur_dix"], cases, seuil)
    for sujet, rang in (("prevision_pole", 0), ("prevision_heure", 1)):
        sommes = _scores(sources.bases, rang)
        cases = [_qualite(somme, seuil) for somme in sommes.values()]
        lus[sujet] = _derive(list(sommes), ["erreur", "trop_court", "dedans"], cases, seuil)
    return lus


def _derive(lignes: list[str], colonnes: list[str], cases: list[list[Any]], seuil: int) -> dict[str, Any]:
    return {"lignes": lignes, "colonnes": colonnes, "cases": cases, "seuil": seuil, "retenu": False}


def _histogrammes(bases: Iterable[Base], mesure: str) -> dict[str, Counter[int]]:
    par_pole: dict[str, Counter[int]] = {}
    for base in bases:
        for pole, histogramme in base["histogrammes"].get(mesure, {}).items():
            compteur = par_pole.setdefault(pole, Counter())
            for minutes, nombre in histogramme.items():
                compteur[int(minutes)] += nombre
    return par_pole


def _quantiles(histogramme: Counter[int], entretiens: Publie, ligne: str, colonne: str, seuil: int) -> list[Any]:
    if not isinstance(entretiens.montre(ligne, colonne), int):
        return [NC, NC] if histogramme else [None, None]
    return [quantile(histogramme, MEDIANE, seuil), quantile(histogramme, NEUF_SUR_DIX, seuil)]


def _scores(bases: Iterable[Base], rang: int) -> dict[str, list[int]]:
    """Sum the scores by pole (rank 0) or by hour (rank 1), then over all."""
    sommes: dict[str, list[int]] = {}
    lignes = sorted((ligne for base in bases for ligne in base["scores"]), key=lambda ligne: ligne[1])
    for ligne in lignes:
        for cle in (str(ligne[rang]), TOTAL):
            sommes[cle] = [a + b for a, b in zip(sommes.get(cle, [0] * 5), ligne[2:], strict=True)]
    if TOTAL in sommes:
        sommes[TOTAL] = sommes.pop(TOTAL)
    return sommes


def _qualite(somme: list[int], seuil: int) -> list[Any]:
    nombre, erreur, naive, court, dedans = somme
    return [rapport(erreur, naive, nombre, seuil), part(court, nombre, seuil), part(dedans, nombre, seuil)]

"""From the counters of days to all the tables of a period, for one audience. Nothing here touches the database.

The order matters: each table knows what those before it show (`accueil.publication`, "Between measures").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from accueil.periodes import Periode
from accueil.publication.derives import MEDIANE, NEUF_SUR_DIX, part, quantile, rapport
from accueil.publication.masque import NC, TOTAL, Cle, Demande, Publie, Tableau, Totaux, publier, relire

DEMI_JOURNEES = ("matin", "apres-midi")
TICKETS, ENTRETIENS = "tickets", "entretiens"
SANS, ABSENTS = "sans_entretien", "absents"
COMPTES = (TICKETS, ENTRETIENS, SANS, ABSENTS)
DIMENSIONS = ("question", "theme", "langue", "passage", "tranche", "heure")
SUJETS = (*COMPTES, *DIMENSIONS)  # in the order in which they are decided
DERIVES = ("attente", "entretien", "prevision_pole", "prevision_heure")
TRANCHES = (0, 15, 30, 45, 60, 90)  # minutes of wait, the lines of "tranche"
MATIN, MIDI = 4, 13  # hours between which an arrival is of the morning (`cite.temps.est_matin`)
TOUS = "tous"  # the one line of what is told of the whole place only
TOTAUX = {
    **dict.fromkeys(("question", "langue", "tranche", "heure"), Totaux.CONNUS),
    **dict.fromkeys(("theme", "passage", SANS, ABSENTS), Totaux.AUCUN),
}

Base = Mapping[str, Any]
Tables = dict[str, Publie]


@dataclass(frozen=True)
class Sources:
    """What a period is made of: the counters of its days, and for a month the published tables of its weeks.

    A week is decided at once with its seven days. ``poles`` is the pole of each question; ``annonces`` the totals of
    days (period keys) that were told before the week was over.
    """

    periode: Periode
    bases: tuple[Base, ...]  # one a day
    parties: tuple[Tables, ...] = ()  # the weeks of a month
    poles: Mapping[str, str] = field(default_factory=dict)
    annonces: frozenset[str] = frozenset()

    def jours(self) -> list[tuple[Periode, Base]]:
        """Return the days that are decided with the period, none for a month."""
        parties = self.periode.parties()
        return [] if self.parties else list(zip(parties, self.bases, strict=True))


def colonne_demi(periode: Periode, demi: str) -> str:
    return f"{periode.cle}:{demi}"


def composer(sources: Sources, seuil: int, dedans: Tables | None = None) -> Tables:
    """Return the tables of a week with its days (``dessous``), or of a month, for one audience.

    ``dedans`` are the tables of the inside, when the audience is the outside.
    """
    deja: Tables = {}
    for sujet in SUJETS:
        dessous = tuple(tables[sujet] for tables in sources.parties)
        jours = [_tableau_du_jour(sujet, sources, i, deja) for i in range(len(sources.jours()))]
        tableau = _tableau(sujet, sources, [*jours, *(sous.tableau for sous in dessous)], deja)
        if sujet == ENTRETIENS:  # hidden where tickets are: one mask for both (`jumeau`)
            deja[sujet] = _calquer(deja[TICKETS], tableau, jours, dessous)
            continue
        parties = tuple(
            _demande(sujet, jour, _du_jour(deja, i), dedans[sujet].dessous[i] if dedans else None)
            for i, jour in enumerate(jours)
        )
        entiere = _demande(sujet, tableau, deja, dedans[sujet] if dedans else None)
        deja[sujet] = publier(
            tableau, seuil, dessous=dessous, parties=parties, caches=entiere.caches, retenu=entiere.retenu
        )
    return deja


def recomposer(
    sources: Sources, stocke: Mapping[str, Mapping[str, Any]], stocke_jours: Sequence[Mapping[str, Mapping[str, Any]]]
) -> Tables:  # fmt: skip
    """Return the tables of a period as they were published, from what was stored of it and of its days."""
    deja: Tables = {}
    for sujet in SUJETS:
        dessous = tuple(tables[sujet] for tables in sources.parties)
        jours = [_tableau_du_jour(sujet, sources, i, deja) for i in range(len(sources.jours()))]
        tableau = _tableau(sujet, sources, [*jours, *(sous.tableau for sous in dessous)], deja)
        relus = tuple(relire(jour, lu[sujet]) for jour, lu in zip(jours, stocke_jours, strict=False))
        deja[sujet] = relire(tableau, stocke[sujet], (*dessous, *relus))
    return deja


def annoncer(periode: Periode, base: Base, seuil: int) -> dict[str, int | str | None]:
    """Return what is told of a day before its week is over: its tickets and interviews, in all."""
    comptes = [base["comptes"].get(sujet, {}) for sujet in (TICKETS, ENTRETIENS)]
    sommes = [sum(compte.values()) if compte else None for compte in comptes]
    tableau = Tableau(
        (TOUS,), (periode.cle,), {(TOUS, periode.cle): sommes[0]}, jumeau={(TOUS, periode.cle): sommes[1] or 0}
    )
    cache = publier(tableau, seuil).montre(TOUS, periode.cle) == NC
    return {TICKETS: NC if cache else sommes[0], ENTRETIENS: NC if cache else sommes[1]}


# ------------------------------------------------------------------------------------------------ between measures
def _du_jour(deja: Tables, rang: int) -> Tables:
    return {sujet: publie.dessous[rang] for sujet, publie in deja.items()}


def _calquer(modele: Publie, tableau: Tableau, jours: list[Tableau], dessous: tuple[Publie, ...]) -> Publie:
    """Return a table hidden on the same cases as its twin."""
    relus = tuple(
        Publie(jour, modele.seuil, sous.caches, (), sous.retenu)
        for jour, sous in zip(jours, modele.dessous, strict=False)
    )
    return Publie(tableau, modele.seuil, modele.caches, dessous or relus, modele.retenu)


def _demande(sujet: str, tableau: Tableau, deja: Tables, dedans: Publie | None) -> Demande:
    caches, retenu = (dedans.caches, dedans.retenu) if dedans else (frozenset[Cle](), False)
    entier = tableau.entier
    if sujet == "question":  # a question leads to one pole: hidden where its pole is
        caches |= {(li, entier) for li in tableau.lignes if tableau.groupes.get((li, entier)) == NC}
    if sujet in ("question", "langue", "tranche", SANS):
        retenu = retenu or (TOTAL, entier) in deja[TICKETS].caches
    if sujet == "heure":  # the hours of a half-day add up to it: withheld where one of the whole place is hidden
        retenu = retenu or _un_total_cache(deja[TICKETS])
    if sujet == ABSENTS:
        caches |= {(TOUS, entier)} & deja[SANS].caches
        retenu = retenu or deja[SANS].retenu
    if sujet == "passage":  # would tell how many interviews were second ones
        retenu = retenu or (TOUS, entier) in deja[SANS].caches
    return Demande(tableau, caches, retenu)


def _un_total_cache(publie: Publie) -> bool:
    caches = any(ligne == TOTAL for ligne, _colonne in publie.caches)
    return caches or publie.retenu or any(map(_un_total_cache, publie.dessous))


def _tableau_du_jour(sujet: str, sources: Sources, rang: int, deja: Tables) -> Tableau:
    periode, base = sources.jours()[rang]
    if sujet in (TICKETS, ENTRETIENS):
        comptes = base["comptes"].get(sujet, {})
        lignes = tuple(dict.fromkeys(cle.partition("|")[0] for cle in comptes))
        colonnes = (*(colonne_demi(periode, demi) for demi in DEMI_JOURNEES), periode.cle)
        cases = {(p, colonne_demi(periode, d)): comptes.get(f"{p}|{d}") for p in lignes for d in DEMI_JOURNEES}
    else:
        valeurs = _valeurs(sujet, base)
        lignes, colonnes = tuple(valeurs), (periode.cle,)
        cases = {(ligne, periode.cle): nombre for ligne, nombre in valeurs.items()}
    return _completer(sujet, Tableau(lignes, colonnes, cases), sources, [base], _du_jour(deja, rang))


def _tableau(sujet: str, sources: Sources, parties: list[Tableau], deja: Tables) -> Tableau:
    """Return the table of a whole period: the margins of its parts, and its own."""
    lignes = tuple(dict.fromkeys(ligne for partie in parties for ligne in partie.lignes))
    colonnes = (*(partie.entier for partie in parties), sources.periode.cle)
    cases = {(li, partie.entier): partie.valeur(li, partie.entier) for partie in parties for li in lignes}
    return _completer(sujet, Tableau(lignes, colonnes, cases), sources, sources.bases, deja)


def _completer(sujet: str, tableau: Tableau, sources: Sources, bases: Iterable[Base], deja: Tables) -> Tableau:
    """Return a table with what other measures tell of it."""
    tableau = replace(tableau, totaux=TOTAUX.get(sujet, Totaux.PUBLIES))
    entier = tableau.entier
    if sujet == TICKETS:
        return replace(
            tableau,
            jumeau=_comptes(tableau, ENTRETIENS, bases),
            plancher={cle: max(1, n) for cle, n in _comptes(tableau, SANS, bases).items()},
            annonces=frozenset({(TOTAL, entier)} if entier in sources.annonces else ()),
        )
    if sujet == SANS:
        tickets, entretiens = (deja[s].tableau.valeur(TOTAL, entier) or 0 for s in (TICKETS, ENTRETIENS))
        absents = sum(_valeurs(ABSENTS, base).get(TOUS, 0) for base in bases)
        plancher = max(1, absents, tickets - entretiens)
        return replace(tableau, ensemble={(TOUS, entier): tickets}, plancher={(TOUS, entier): plancher})
    if sujet == ABSENTS:
        return replace(tableau, ensemble={(TOUS, entier): deja[SANS].tableau.valeur(TOUS, entier) or 0})
    if sujet == "heure":  # the half-days of the whole place tell the sums of their hours
        demis = {li: DEMI_JOURNEES[not MATIN <= int(li) < MIDI] for li in tableau.lignes}
        return replace(tableau, groupes={(li, entier): demi for li, demi in demis.items()})
    if sujet == "question":
        caches = deja[TICKETS].caches
        poles = {ligne: sources.poles.get(ligne, "") for ligne in tableau.lignes}
        groupes = {(li, entier): NC if (pole, entier) in caches else pole for li, pole in poles.items()}
        return replace(tableau, groupes=groupes)
    return tableau


def _comptes(tableau: Tableau, sujet: str, bases: Iterable[Base]) -> dict[Cle, int]:
    """Return another measure on the cases of a table, margins included."""
    sommes: Counter[Cle] = Counter()
    entier = tableau.entier
    for base in bases:
        for cle, nombre in base["comptes"].get(sujet, {}).items():
            pole, _barre, demi = cle.partition("|")
            for ligne in (pole, TOTAL):
                sommes[ligne, entier] += nombre
                sommes[ligne, f"{entier}:{demi}"] += nombre
    return sommes


def _valeurs(sujet: str, base: Base) -> dict[str, int]:
    """Return the counts of one day that are not told by half-day, by line."""
    if sujet in (SANS, ABSENTS):
        comptes = base["comptes"].get(sujet, {})
        return {TOUS: sum(comptes.values())} if comptes else {}
    if sujet == "tranche":
        attentes: Counter[str] = Counter({str(debut): 0 for debut in TRANCHES} if base["histogrammes"] else {})
        for histogramme in base["histogrammes"].get("attente", {}).values():
            for minutes, nombre in histogramme.items():
                attentes[str(max(t for t in TRANCHES if t <= int(minutes)))] += nombre
        return dict(attentes)
    return dict(base["dimensions"].get(sujet, {}))


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

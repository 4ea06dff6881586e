"""Published figures identify nobody: an attacker with every table of every period recovers no small count."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accueil.periodes import Periode, jour_seul, mois_de, semaine_de
from accueil.publication.compose import COMPTES, DEMI_JOURNEES, Sources, Tables, colonne_demi, composer
from tests.accueil.attaque import Attaquant

LUNDI = date(2026, 3, 9)
POLES = ("1", "2")
Bases = dict[date, dict[str, Any]]

petits = st.one_of(st.integers(0, 4), st.integers(0, 14))


@st.composite
def demi_journee(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """Counts that could be: tickets, interviews, left without one, absents."""
    tickets = draw(petits)
    sans = draw(st.integers(0, min(tickets, 6)))
    secondes = draw(st.integers(0, 2)) if tickets else 0
    return tickets, tickets - sans + secondes, sans, draw(st.integers(0, sans))


@st.composite
def lieux(draw: st.DrawFn) -> Bases:
    """One to three days of a small place, over one or two weeks of one month."""
    jours = draw(st.lists(st.sampled_from([0, 1, 3, 8]), min_size=1, max_size=3, unique=True))
    bases = {}
    for jour in jours:
        comptes: dict[str, dict[str, int]] = {mesure: {} for mesure in COMPTES}
        for pole in POLES:
            for demi in DEMI_JOURNEES:
                for mesure, nombre in zip(COMPTES, draw(demi_journee()), strict=True):
                    comptes[mesure][f"{pole}|{demi}"] = nombre
        bases[LUNDI + timedelta(days=jour)] = base(comptes)
    return bases


def base(comptes: dict[str, dict[str, int]] | None = None, **dimensions: dict[str, int]) -> dict[str, Any]:
    return {"comptes": comptes or {}, "dimensions": dimensions, "histogrammes": {}, "scores": []}


def tout_publier(bases: Bases, seuils: tuple[int, int] = (3, 5)) -> dict[str, list[Tables]]:
    """Every table of every period of a month, for both audiences, in the order in which they come out."""
    publiees: dict[str, list[Tables]] = {"interne": [], "externe": []}

    def descendre(periode: Periode) -> tuple[tuple[Any, ...], tuple[Tables, Tables]]:
        parties = [descendre(partie) for partie in periode.parties()]
        siennes = sum((b for b, _ in parties), ()) if parties else (bases.get(periode.debut, base()),)
        interne = composer(Sources(periode, siennes, tuple(t[0] for _, t in parties)), seuils[0])
        externe = composer(Sources(periode, siennes, tuple(t[1] for _, t in parties)), seuils[1], interne)
        publiees["interne"].append(interne)
        publiees["externe"].append(externe)
        return siennes, (interne, externe)

    descendre(mois_de(LUNDI))
    return publiees


def attaquant(bases: Bases, tables: list[Tables]) -> Attaquant:
    demis: dict[str, tuple[str, ...]] = {}
    for jour in mois_de(LUNDI).jours():
        jour_ = jour_seul(jour)
        colonnes = tuple(colonne_demi(jour_, demi) for demi in DEMI_JOURNEES) if jour in bases else ()
        demis |= {colonne_demi(jour_, demi): (colonne_demi(jour_, demi),) for demi in DEMI_JOURNEES if jour in bases}
        for periode in (jour_, semaine_de(jour), mois_de(jour)):
            demis[periode.cle] = demis.get(periode.cle, ()) + colonnes
    verite = {
        (mesure, pole, colonne_demi(jour_seul(jour), demi)): bases[jour]["comptes"][mesure][f"{pole}|{demi}"]
        for jour in bases for mesure in COMPTES for pole in POLES for demi in DEMI_JOURNEES
    }  # fmt: skip
    lui = Attaquant(demis, POLES, verite)
    lui.lire((mesure, table[mesure].en_json()) for table in tables for mesure in COMPTES)
    return lui


def trouvailles(bases: Bases, tables: list[Tables], seuil: int) -> list[str]:
    """What the attacker learns of small counts, narrower than the rule."""
    lui = attaquant(bases, tables)
    petits_comptes = {
        (mesure, tuple(lui.cases(mesure, *cle))): (mesure, *cle, vrai)
        for table in tables
        for mesure in COMPTES
        for cle in table[mesure].tableau.cles()
        if 0 < (vrai := table[mesure].tableau.valeur(*cle) or 0) < seuil
    }
    possibles = {petit: lui.possibles(*petit, seuil) for petit in petits_comptes.values()}
    return [f"{petit}: {n} possible" for petit, n in possibles.items() if n < seuil]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(bases=lieux())
def test_no_small_count_is_recovered_from_all_tables_of_all_periods(bases: Bases) -> None:
    publiees = tout_publier(bases)
    assert trouvailles(bases, publiees["interne"] + publiees["externe"], 3) == []
    assert trouvailles(bases, publiees["externe"], 5) == []

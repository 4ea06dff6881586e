"""Published figures identify nobody: an attacker with every table of every period recovers no small count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accueil.models import Comptage, Journee, TableauFige
from accueil.periodes import Periode, jour_seul, mois_de, semaine_de
from accueil.publication import NC, TOTAL, Pourquoi, Publie, Tableau, TropDeDimensions, publier
from accueil.publication.compose import COMPTES, DEMI_JOURNEES, Sources, Tables, annoncer, colonne_demi, composer
from accueil.publication.derives import part, quantile
from accueil.publication.figer import _figer, figer, figer_recentes
from cite.models import Pole, Reglages
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
    """One or two days of a small place, of one week or of two, in one month."""
    jours = draw(st.lists(st.sampled_from([0, 3, 8]), min_size=1, max_size=2, unique=True))
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

    def decider(periode: Periode, parties: int) -> None:
        siennes = tuple(bases.get(jour, base()) for jour in periode.jours())
        for audience, seuil in zip(publiees, seuils, strict=True):
            avant = tuple(publiees[audience][-parties:] if parties else ())
            annonces = frozenset(
                jour_seul(jour).cle
                for jour in periode.jours()
                if jour in bases and isinstance(annoncer(jour_seul(jour), bases[jour], seuil)["tickets"], int)
            )
            dedans = publiees["interne"][-1] if audience == "externe" else None
            publiees[audience].append(composer(Sources(periode, siennes, avant, {}, annonces), seuil, dedans))

    mois = mois_de(LUNDI)
    for semaine in mois.parties():
        decider(semaine, 0)
    decider(mois, len(mois.parties()))
    return publiees


def une_a_une(tables: list[Tables]) -> list[tuple[str, Publie]]:
    """Every table, those of the days as well."""
    return [
        (mesure, publie)
        for table in tables
        for mesure in COMPTES
        for publie in (table[mesure], *(table[mesure].dessous if len(table[mesure].dessous) == 7 else ()))
    ]


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
    lui.lire((mesure, publie.en_json()) for mesure, publie in une_a_une(tables))
    return lui


def trouvailles(bases: Bases, tables: list[Tables], seuil: int) -> list[str]:
    """What the attacker learns of small counts, narrower than the rule."""
    lui = attaquant(bases, tables)
    petits_comptes = {
        (mesure, tuple(lui.cases(mesure, *cle))): (mesure, *cle, vrai)
        for mesure, publie in une_a_une(tables)
        for cle in publie.tableau.cles()
        if 0 < (vrai := publie.tableau.valeur(*cle) or 0) < seuil
    }
    possibles = {petit: lui.possibles(*petit, seuil) for petit in petits_comptes.values()}
    return [f"{petit}: {n} possible" for petit, n in possibles.items() if n < seuil]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(bases=lieux())
def test_no_small_count_is_recovered_from_all_tables_of_all_periods(bases: Bases) -> None:
    publiees = tout_publier(bases)
    assert trouvailles(bases, publiees["interne"] + publiees["externe"], 3) == []
    assert trouvailles(bases, publiees["externe"], 5) == []


# ------------------------------------------------------------------------------------------------ the attack bites
def un_jour(**comptes: list[int]) -> dict[str, Any]:
    """The counters of a day: four figures a measure, pole 1 then 2, morning then afternoon."""
    cases = [f"{pole}|{demi}" for pole in POLES for demi in DEMI_JOURNEES]
    return base({mesure: dict(zip(cases, comptes.get(mesure, [0] * 4), strict=True)) for mesure in COMPTES})


SEUL_PETIT = {LUNDI: un_jour(tickets=[2, 14, 9, 11], entretiens=[2, 14, 9, 11])}


RETENU = {
    LUNDI: un_jour(tickets=[7, 12, 3, 3], entretiens=[4, 6, 5, 3], sans_entretien=[3, 6, 0, 0], absents=[1, 2, 0, 0]),
    LUNDI + timedelta(days=3): un_jour(
        tickets=[3, 0, 6, 3], entretiens=[1, 0, 2, 1], sans_entretien=[3, 0, 4, 2], absents=[3, 0, 1, 1]
    ),
}


def test_a_day_that_is_withheld_is_not_given_back_by_its_week() -> None:
    publiees = tout_publier(RETENU)
    assert publiees["interne"][1]["tickets"].dessous[3].retenu
    assert trouvailles(RETENU, publiees["interne"] + publiees["externe"], 3) == []


def test_the_attack_finds_a_small_count_when_nothing_else_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutation: without secondary suppression, a total gives the hidden figure back."""
    assert trouvailles(SEUL_PETIT, tout_publier(SEUL_PETIT)["interne"], 3) == []
    monkeypatch.setattr("accueil.publication.masque._masquer", lambda reseau, nouveaux: None)
    assert trouvailles(SEUL_PETIT, tout_publier(SEUL_PETIT)["interne"], 3) != []


def test_the_attack_finds_a_small_count_when_two_measures_are_hidden_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutation: where nobody left, tickets are interviews; a mask of its own for each gives both away."""

    def a_part(modele: Publie, tableau: Tableau, jours: list[Tableau], dessous: tuple[Publie, ...]) -> Publie:
        autres = tuple(Publie(jour, 3, frozenset(), ()) for jour in jours)
        return Publie(tableau, 3, frozenset(), dessous or autres)

    monkeypatch.setattr("accueil.publication.compose._calquer", a_part)
    assert trouvailles(SEUL_PETIT, tout_publier(SEUL_PETIT)["interne"], 3) != []


def test_what_is_hidden_inside_is_hidden_outside() -> None:
    publiees = tout_publier(SEUL_PETIT)
    for interne, externe in zip(*publiees.values(), strict=True):
        assert all(interne[mesure].caches <= externe[mesure].caches for mesure in COMPTES)


# ------------------------------------------------------------------------------------------------ hours
def heures(jour: date, matin: int, soir: int, **par_heure: int) -> Bases:
    """One day at one pole, as many tickets as interviews, and the hours of arrival (``h09=3``)."""
    comptes = {"1|matin": matin, "1|apres-midi": soir}
    heures_ = {heure.removeprefix("h"): nombre for heure, nombre in par_heure.items()}
    return {jour: base({mesure: dict(comptes) for mesure in ("tickets", "entretiens")}, heure=heures_)}


def test_a_small_hour_is_not_given_back_by_its_half_day() -> None:
    """The half-days of the whole place are shown: each hides at least two of its own hours, or none."""
    bases = heures(LUNDI, 42, 60, h09=2, h10=20, h11=20, h14=30, h15=30)
    publie = tout_publier(bases)["interne"][1]["heure"].dessous[0]
    caches = {ligne for ligne, _colonne in publie.caches}
    assert (caches - {"10", "11"}, len(caches)) == ({"09"}, 2)


def test_hours_are_withheld_where_a_half_day_of_the_whole_place_is_hidden() -> None:
    publie = tout_publier(heures(LUNDI, 2, 60, h09=2, h14=30, h15=30))["interne"][1]["heure"].dessous[0]
    assert publie.retenu


# ------------------------------------------------------------------------------------------------ one table
def tableau(cases: dict[tuple[str, str], int | None], **options: Any) -> Tableau:
    return Tableau(("a", "b", "c"), ("lun", "mar", "sem"), cases, **options)


CASES: dict[tuple[str, str], int | None] = {
    ("a", "lun"): 3, ("a", "mar"): 20, ("b", "lun"): 12, ("b", "mar"): 15, ("c", "lun"): 0, ("c", "mar"): None,
}  # fmt: skip


def test_a_small_count_is_hidden_and_so_is_what_would_give_it_back() -> None:
    publie = publier(tableau(CASES), 5)
    assert publie.montre("a", "lun") == NC
    assert publie.pourquoi("a", "lun") == Pourquoi.SEUIL
    autres = [cle for cle in publie.caches if publie.pourquoi(*cle) == Pourquoi.COMPLEMENT]
    assert {ligne for ligne, _ in autres} >= {"a"} or {colonne for _, colonne in autres} >= {"lun"}
    assert publie.montre(TOTAL, "sem") == 50


def test_zero_is_shown_and_not_counted_is_not_zero() -> None:
    publie = publier(tableau(CASES), 5)
    assert (publie.montre("c", "lun"), publie.montre("c", "mar"), publie.montre("c", "sem")) == (0, None, 0)


def test_a_table_without_small_counts_is_shown_whole() -> None:
    assert publier(tableau(dict.fromkeys(CASES, 40)), 5).caches == frozenset()


def test_a_third_dimension_is_refused() -> None:
    with pytest.raises(TropDeDimensions):
        Tableau(("a",), ("lun",), {("a", "lun", "matin"): 3})  # type: ignore[dict-item]


def test_what_is_stored_says_neither_a_hidden_figure_nor_why_it_is_hidden() -> None:
    stocke = publier(tableau(CASES), 5).en_json()
    assert set(stocke) == {"lignes", "colonnes", "cases", "seuil", "retenu"}
    assert {type(n) for ligne in stocke["cases"] for n in ligne} <= {int, str, type(None)}
    assert stocke["cases"][0][0] == NC


def test_two_small_counts_are_not_told_as_one_small_sum() -> None:
    """1 and 2 hidden beside each other, their total known: "three people" would be a small count told."""
    publie = publier(tableau({("a", "lun"): 1, ("a", "mar"): 2, ("b", "lun"): 30, ("b", "mar"): 30}), 5)
    assert publie.montre("a", "sem") == NC
    assert len(publie.caches) > 3


def test_what_is_left_of_a_whole_counts_as_well() -> None:
    """Eight of ten: the two others are few."""
    cases: dict[tuple[str, str], int | None] = {("a", "sem"): 8}
    assert publier(Tableau(("a",), ("sem",), cases, ensemble={("a", "sem"): 10}), 5).montre("a", "sem") == NC
    assert publier(Tableau(("a",), ("sem",), cases, ensemble={("a", "sem"): 30}), 5).montre("a", "sem") == 8


# ------------------------------------------------------------------------------------------------ derived figures
@pytest.mark.parametrize(
    ("histogramme", "rang", "attendu"),
    [
        ({}, 0.5, None),
        ({5: 2, 10: 2}, 0.5, NC),
        ({5: 3, 10: 3}, 0.5, [5, 10]),
        ({0: 10, 45: 1}, 0.9, [0, 5]),
        ({0: 30, 20: 3, 60: 2}, 0.9, [20, 25]),
        ({0: 8, 60: 2}, 0.9, NC),  # two people waited an hour: it would be told of them
    ],
)
def test_a_quantile_is_a_slice_with_enough_people_in_it(
    histogramme: dict[int, int], rang: float, attendu: object
) -> None:
    assert quantile(histogramme, rang, 5) == attendu


@pytest.mark.parametrize(
    ("nombre", "base_", "attendu"),
    [(0, 0, None), (2, 4, NC), (10, 40, ["=", 25]), (2, 40, ["<", 15]), (39, 40, [">", 85]), (0, 40, ["=", 0]),
     (2, 5, NC)],
)  # fmt: skip
def test_a_share_does_not_count_a_few(nombre: int, base_: int, attendu: object) -> None:
    assert part(nombre, base_, 5) == attendu


# ------------------------------------------------------------------------------------------------ frozen periods
@pytest.fixture
def semaine_comptee(lieu: None) -> Periode:
    """A week with one small count, on Tuesday."""
    emploi, formation = Pole.objects.get(code="emploi"), Pole.objects.get(code="formation")
    for rang in range(5):
        for pole, nombre in ((emploi, 20), (formation, 2 if rang == 1 else 12)):
            for matin in (True, False):
                for mesure in ("tickets", "entretiens"):
                    jour = LUNDI + timedelta(days=rang)
                    Comptage.objects.create(date=jour, matin=matin, pole=pole, mesure=mesure, nombre=nombre)
    return semaine_de(LUNDI)


def figes() -> dict[str, Any]:
    return dict(TableauFige.objects.values_list("cle", "contenu"))


PLUS_TARD = datetime(2026, 4, 20, 8, tzinfo=UTC)


def test_a_late_closing_changes_no_published_figure_and_no_later_one(semaine_comptee: Periode) -> None:
    assert figer(semaine_comptee, maintenant=PLUS_TARD)
    avant = figes()
    Comptage.objects.filter(date=LUNDI, mesure="tickets").update(nombre=F("nombre") + 1)
    figer(semaine_comptee, maintenant=PLUS_TARD)
    figer(mois_de(LUNDI), maintenant=PLUS_TARD)
    apres = figes()
    assert {cle: apres[cle] for cle in avant} == avant
    mois = apres[f"{mois_de(LUNDI).cle}:tickets:interne"]
    assert mois["cases"][-1][-1] == avant[f"{semaine_comptee.cle}:tickets:interne"]["cases"][-1][-1] == 300


def test_without_freezing_a_difference_would_tell_who_came_late(semaine_comptee: Periode) -> None:
    """A mutation: the same week published twice tells two people apart."""
    figer(semaine_comptee, maintenant=PLUS_TARD)
    avant = figes()[f"{semaine_comptee.cle}:tickets:interne"]["cases"][-1][-1]
    Comptage.objects.filter(date=LUNDI, mesure="tickets", matin=True).update(nombre=F("nombre") + 1)
    TableauFige.objects.all().delete()
    figer(semaine_comptee, maintenant=PLUS_TARD)
    assert figes()[f"{semaine_comptee.cle}:tickets:interne"]["cases"][-1][-1] - avant == 2


def test_a_new_threshold_gives_no_second_version_of_a_period(semaine_comptee: Periode) -> None:
    figer(semaine_comptee, maintenant=PLUS_TARD)
    avant = figes()
    Reglages.lire()
    Reglages(seuil_interne=2, seuil_externe=3).save()
    figer(semaine_comptee, maintenant=PLUS_TARD)
    assert figes() == avant


def test_the_small_count_of_a_week_is_in_no_published_table(semaine_comptee: Periode) -> None:
    figer(semaine_comptee, maintenant=PLUS_TARD)
    mardi = jour_seul(LUNDI + timedelta(days=1))
    contenu = figes()[f"{mardi.cle}:tickets:interne"]
    formation = contenu["lignes"].index(str(Pole.objects.get(code="formation").pk))
    assert contenu["cases"][formation][-1] == NC


@pytest.mark.parametrize("quand", [datetime(2026, 3, 12, 9, tzinfo=UTC), datetime(2026, 3, 15, 20, tzinfo=UTC)])
def test_a_week_is_not_published_before_it_is_over(semaine_comptee: Periode, quand: datetime) -> None:
    assert not figer(semaine_comptee, maintenant=quand)
    assert not TableauFige.objects.exists()


def test_a_day_tells_its_totals_before_its_week(semaine_comptee: Periode) -> None:
    jeudi = datetime(2026, 3, 12, 9, tzinfo=UTC)
    assert figer_recentes(jeudi) == 3
    annonce = figes()[f"{jour_seul(LUNDI).cle}:annonce:interne"]
    assert annonce == {"tickets": 64, "entretiens": 64}


def test_a_day_that_is_not_closed_is_not_published(semaine_comptee: Periode) -> None:
    Journee.objects.create(date=LUNDI)
    assert not figer(semaine_comptee, maintenant=PLUS_TARD)


def test_reading_back_what_was_stored_gives_the_same_tables(semaine_comptee: Periode) -> None:
    """A month is computed from weeks read back: hidden figures must be the same ones."""
    figer(semaine_comptee, maintenant=PLUS_TARD)
    sources, tables = _figer(semaine_comptee, PLUS_TARD)
    for sujet in COMPTES:
        assert tables["interne"][sujet].en_json() == figes()[f"{sources.periode.cle}:{sujet}:interne"]

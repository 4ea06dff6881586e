"""The forecast of waits: the rule of calls, shifts, pauses, what remains of an interview, ranges. Pure: no database."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accueil.prevision import (
    Durees,
    EnAttente,
    Fourchette,
    Hall,
    Motif,
    Occupation,
    Parametres,
    Poste,
    Prevision,
    arrondir,
    ecart,
    elargissement_appris,
    fourchette,
    fourchette_naive,
    naive,
    naive_du_hall,
    prevoir,
    taux_de_depart,
    tranche,
)
from accueil.prevision.hall import ELARGISSEMENT

RACINE = Path(__file__).resolve().parents[2]
A, B = "emploi", "formation"
VINGT = Durees({A: {20: 100}, B: {20: 100}}, largeur=0)  # every interview lasts 20 minutes
VARIEES = Durees({A: {0: 10, 10: 50, 20: 40, 45: 5}, B: {5: 60, 30: 30}})
EXACT = Parametres(venue=0, absents=0, departs=0)  # nothing but interviews


def poste(*poles: str, depuis: float | None = 0, fin: float | None = None, **champs: object) -> Poste:
    """A desk in interview for ``depuis`` minutes; None: free."""
    occupation = None if depuis is None else Occupation(poles[0], depuis)
    return Poste(frozenset(poles), occupation, fin=fin, **champs)  # type: ignore[arg-type]


def file(*poles: str) -> tuple[EnAttente, ...]:
    return tuple(EnAttente(rang, pole) for rang, pole in enumerate(poles))


def minutes(hall: Hall, durees: Durees = VINGT, parametres: Parametres = EXACT) -> list[float]:
    """The middle for each who waits, then for a newcomer at A."""
    previsions = prevoir(hall, durees, poles=[A], parametres=parametres)
    return [round(p.p50, 6) for p in (*previsions.visiteurs.values(), previsions.nouveaux[A])]


# --------------------------------------------------------------------- the answer itself
def test_the_same_seed_gives_the_same_answer_in_another_process() -> None:
    programme = """if True:
        from accueil.prevision import *
        hall = Hall((EnAttente(1, "a"), EnAttente(2, "b")), (Poste(frozenset("abcde"), Occupation("a", 3.0)),))
        passages = dict.fromkeys("abcde", 0.05)
        previsions = prevoir(hall, Durees(), graine=7, parametres=Parametres(departs=0.01, passages=passages))
        print(sorted(previsions.nouveaux.items()), previsions.visiteurs)
    """
    dits = {
        subprocess.run(
            [sys.executable, "-c", programme],
            cwd=RACINE,
            env={"PYTHONHASHSEED": grain},
            capture_output=True,
            check=True,
        ).stdout
        for grain in "12"
    }
    assert len(dits) == 1 and b"Prevision" in dits.pop()


def test_another_seed_draws_otherwise() -> None:
    hall = Hall(file(A), (poste(A),))
    un, autre = (prevoir(hall, VARIEES, graine=graine).nouveaux[A].attentes for graine in (1, 2))
    assert un != autre


def test_the_module_needs_nothing_of_django() -> None:
    programme = (
        "import sys, accueil.prevision; sys.exit(any(m.split('.')[0] in ('django', 'cite') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", programme], cwd=RACINE, check=False).returncode == 0


def test_each_who_waits_and_each_pole_has_its_forecast_and_those_in_pause_have_none() -> None:
    attente = (EnAttente(4, A), EnAttente(7, B, en_pause=True), EnAttente(9, A))
    previsions = prevoir(Hall(attente, (poste(A),)), VINGT, poles=["autre"])
    assert set(previsions.visiteurs) == {4, 9} and set(previsions.nouveaux) == {"autre", A}


# ------------------------------------------------------------------------------ no desk
def test_an_empty_hall_with_a_free_desk_calls_at_once() -> None:
    assert minutes(Hall((), (poste(A, depuis=None),))) == [0]


def test_without_a_desk_nothing_is_told_and_the_reason_is() -> None:
    prevision = prevoir(Hall(file(A), (poste(B),)), VINGT).visiteurs[0]
    assert (prevision.chance, fourchette(prevision)) == (0, Motif.AUCUN_GUICHET)
    with pytest.raises(LookupError):
        _ = prevision.p50


def test_a_desk_of_the_roster_is_waited_for() -> None:
    assert minutes(Hall(file(A), (poste(A, depuis=None, debut=40),))) == [40, 60]


# ------------------------------------------------------------------------- the next one
def test_a_desk_takes_its_poles_in_order_of_arrival() -> None:
    assert minutes(Hall(file(B, A, B), (poste(A, B),))) == [20, 40, 60, 80]


def test_a_newcomer_of_one_pole_does_not_wait_for_that_of_another() -> None:
    previsions = prevoir(Hall(file(A), (poste(A, B),)), VINGT, parametres=EXACT)
    assert {pole: p.p50 for pole, p in previsions.nouveaux.items()} == {A: 40, B: 40}


def test_priority_passes_before() -> None:
    attente = (*file(A, A), EnAttente(2, A, priorite=True))
    assert minutes(Hall(attente, (poste(A),))) == [40, 60, 20, 80]


def test_nobody_is_overtaken_more_than_the_set_number_of_times() -> None:
    presses = [EnAttente(n, A, priorite=True) for n in range(1, 4)]
    assert minutes(Hall((EnAttente(0, A), *presses), (poste(A),), depassements_max=2)) == [60, 20, 40, 80, 100]
    deja = EnAttente(0, A, depassements=1)
    assert minutes(Hall((deja, *presses), (poste(A),), depassements_max=2)) == [40, 20, 60, 80, 100]


def test_priority_overtakes_only_those_of_the_poles_of_the_desk() -> None:
    attente = (EnAttente(0, B, depassements=3), EnAttente(1, A, priorite=True))
    assert minutes(Hall(attente, (poste(A), poste(B)))) == [20, 20, 40]


def test_those_who_will_pass_before_are_counted_up_to_the_set_number() -> None:
    pressee = Parametres(venue=0, absents=0, departs=0, passages={A: 1000.0})
    assert minutes(Hall(file(A), (poste(A),), depassements_max=2), parametres=pressee) == [60, 80]


# -------------------------------------------------------------- shifts, pauses, absences
def test_a_desk_calls_nobody_from_the_end_of_its_shift_and_ends_its_interview() -> None:
    hall = Hall(file(A, A), (poste(A, fin=21), poste(A, depuis=None, debut=90)))
    assert minutes(hall) == [20, 90, 110]


def test_a_shift_too_short_for_all_tells_so() -> None:
    previsions = prevoir(Hall(file(A, A), (poste(A, fin=21),)), VINGT, parametres=EXACT)
    assert [fourchette(p) for p in previsions.visiteurs.values()] == [Fourchette(20, 25), Motif.AUCUN_GUICHET]
    peut_etre = Prevision(attentes=(10.0, 20.0), chance=0.5)
    assert fourchette(peut_etre) == Motif.JOURNEE_PLEINE


def test_a_desk_in_pause_comes_back_after_a_while_that_varies() -> None:
    pause = Parametres(venue=0, absents=0, departs=0, pause=30)
    prevision = prevoir(Hall((), (poste(A, depuis=None, en_pause=True),)), VINGT, parametres=pause).nouveaux[A]
    assert fmean(prevision.attentes) == pytest.approx(30, rel=0.2) and prevision.p10 < 10 < 50 < prevision.p90


def test_someone_in_pause_is_not_called() -> None:
    assert minutes(Hall((EnAttente(0, A, en_pause=True),), (poste(A),))) == [20]


def test_time_around_interviews_counts() -> None:
    hall = Hall(file(A, A), (poste(A),))
    assert minutes(hall, parametres=Parametres(venue=2, battement=1, absents=0, departs=0)) == [21, 44, 67]


def test_a_visitor_called_who_has_not_come_yet_is_still_to_be_received() -> None:
    appele = Poste(frozenset([A]), Occupation(A, 1, commence=False))
    assert minutes(Hall((), (appele,)), parametres=Parametres(venue=2, absents=0, departs=0)) == [21]


def test_an_absent_keeps_a_desk_for_a_moment_only() -> None:
    previsions = prevoir(
        Hall(file(A), (poste(A),)),
        VINGT,
        tirages=2000,
        parametres=Parametres(venue=0, absents=0.5, perte_absent=2, departs=0),
    )
    attentes = previsions.nouveaux[A].attentes
    assert set(attentes) == {22, 40} and attentes.count(22) / 2000 == pytest.approx(0.5, abs=0.05)


def test_those_who_leave_leave_their_turn_to_the_next() -> None:
    partants = Parametres(venue=0, absents=0, departs=0.05)  # e⁻¹ stay for 20 minutes
    attentes = prevoir(Hall(file(A), (poste(A),)), VINGT, tirages=2000, parametres=partants).nouveaux[A].attentes
    assert set(attentes) == {20, 40} and attentes.count(40) / 2000 == pytest.approx(0.368, abs=0.05)


# ----------------------------------------------------------------------------- durations
def test_what_remains_of_an_interview_depends_on_what_has_passed() -> None:
    assert minutes(Hall((), (poste(A, depuis=15),))) == [5]
    deux = Durees({A: {10: 50, 40: 50}}, largeur=0)
    assert (set(deux.restes(A, 0)), set(deux.restes(A, 12))) == ({10, 40}, {28})


def test_beyond_all_that_was_measured_the_end_is_still_waited_for() -> None:
    restes = VINGT.restes(A, 100)
    assert min(restes) > 0 and fmean(restes) == pytest.approx(20, rel=0.01)


def test_durations_are_uniform_inside_a_slice() -> None:
    table = Durees({A: {15: 40}}).table(A)
    assert (round(table[0], 1), round(table[-1], 1), round(fmean(table), 3)) == (15, 20, 17.5)


def test_below_thirty_interviews_a_pole_leans_on_the_whole_place() -> None:
    durees = Durees({A: {10: 15}, B: {40: 285}}, largeur=0)
    assert durees.moyenne(A) == pytest.approx(0.5 * 10 + 0.5 * (0.05 * 10 + 0.95 * 40), abs=0.2)
    assert Durees({A: {10: 30}, B: {40: 270}}, largeur=0).moyenne(A) == 10


def test_below_thirty_interviews_a_theme_leans_on_its_pole() -> None:
    themes = {(A, "cv"): {50: 3}, (A, "vae"): {50: 30}}
    durees = Durees({A: {20: 100}}, themes, largeur=0)
    assert [durees.moyenne(A, theme) for theme in ("cv", "vae", "jamais vu", None)] == pytest.approx(
        [23, 50, 20, 20], abs=0.1
    )


def test_where_nothing_was_measured_interviews_are_as_elsewhere() -> None:
    table = Durees().table(A)
    assert table[len(table) // 2] == pytest.approx(18, abs=0.5) and fmean(table) == pytest.approx(21.5, abs=0.5)


# -------------------------------------------------------------------------------- ranges
@pytest.mark.parametrize(
    ("bas", "haut", "attendu"),
    [
        (0, 0, (0, 5)), (0, 3.2, (0, 5)), (2, 9, (0, 10)), (12, 27, (10, 30)), (20, 20, (20, 25)), (15, 20, (15, 20)),
        (41, 58, (40, 60)), (52, 61, (50, 70)), (64, 95, (60, 100)), (97, 121, (90, 135)), (130, 170, (120, 180)),
    ],
)  # fmt: skip
def test_a_range_is_rounded_outwards_and_never_a_bare_number(bas: float, haut: float, attendu: tuple[int, int]) -> None:
    assert arrondir(bas, haut) == Fourchette(*attendu)


def test_quantiles_are_those_of_the_runs_and_the_range_widens_around_the_middle() -> None:
    attentes = tuple(float(n) for n in range(1, 10))
    serre, large = Prevision(attentes, 1.0), Prevision(attentes, 1.0, elargissement=2)
    assert [(p.p10, p.p50, p.p90) for p in (serre, large)] == [(1, 5, 9), (0, 5, 13)]


def test_the_naive_range_is_told_around_its_figure() -> None:
    assert (fourchette_naive(20), fourchette_naive(None)) == (Fourchette(5, 40), Motif.AUCUN_GUICHET)


# --------------------------------------------------------------------------------- naive
def test_naive_is_rank_times_mean_over_desks() -> None:
    assert (naive(6, 20, 3), naive(1, 20, 0)) == (40, None)


def test_naive_counts_those_of_the_pole_and_the_desks_that_call_now() -> None:
    absents = (poste(A, en_pause=True), poste(A, depuis=None, debut=30), poste(A, fin=0))
    hall = Hall(file(A, B, A), (poste(A), poste(A, B), *absents))
    assert (naive_du_hall(hall, VINGT, A), naive_du_hall(hall, VINGT, A, rang=1)) == (30, 10)
    assert naive_du_hall(Hall((), (poste(A, depuis=None),)), VINGT, A) == 0
    assert naive_du_hall(Hall((), (poste(B),)), VINGT, A) is None


@given(st.integers(1, 6), st.integers(1, 6))
def test_naive_is_exact_when_desks_turn_together(guichets: int, tours: int) -> None:
    hall = Hall(file(*[A] * (guichets * tours - 1)), (poste(A),) * guichets)
    assert minutes(hall)[-1] == naive_du_hall(hall, VINGT, A) == 20 * tours


# --------------------------------------------------------------------------------- score
def test_the_widening_learnt_is_what_would_have_held() -> None:
    prevision = Prevision(tuple(float(n) for n in range(1, 10)), 1.0)
    assert [ecart(prevision, reelle) for reelle in (5, 1, 9, 13)] == [0, 1, 1, 2]
    ecarts = {tranche(0.5): 80_000, tranche(1.5): 20_000}
    assert elargissement_appris(ecarts) == pytest.approx(0.55, abs=0.01)
    assert elargissement_appris({}) == ELARGISSEMENT


def test_few_scores_move_the_widening_little() -> None:
    assert elargissement_appris({tranche(2.0): 10}) == pytest.approx(ELARGISSEMENT, abs=0.05)


def test_the_rate_of_leaving_is_by_minute_waited() -> None:
    assert (taux_de_depart(10, 90, 20), taux_de_depart(0, 0, 0)) == (0.005, 0)


# ---------------------------------------------------------------------------- properties
restes = st.lists(st.integers(0, 19), min_size=1, max_size=5)


@given(restes, st.integers(0, 12))
def test_constant_durations_are_forecast_exactly(depuis: list[int], devant: int) -> None:
    libres, attendu = [20.0 - d for d in depuis], []
    for _ in range(devant + 1):
        attendu.append(min(libres))
        libres[libres.index(min(libres))] += 20
    assert minutes(Hall(file(*[A] * devant), tuple(poste(A, depuis=d) for d in depuis))) == attendu


def attentes(devant: int, depuis: list[int], graine: int) -> tuple[float, ...]:
    hall = Hall(file(*[A] * devant), tuple(poste(A, depuis=d) for d in depuis))
    return prevoir(hall, VARIEES, graine=graine, tirages=80).nouveaux[A].attentes


@given(restes, st.integers(0, 10), st.integers(0, 99))
def test_one_more_before_never_shortens(depuis: list[int], devant: int, graine: int) -> None:
    paires = zip(attentes(devant, depuis, graine), attentes(devant + 1, depuis, graine), strict=True)
    assert all(moins <= plus for moins, plus in paires)


@given(restes, st.integers(0, 10), st.integers(0, 19), st.integers(0, 99))
def test_one_more_desk_never_lengthens(depuis: list[int], devant: int, autre: int, graine: int) -> None:
    paires = zip(attentes(devant, depuis, graine), attentes(devant, [*depuis, autre], graine), strict=True)
    assert all(avant >= apres - 1e-9 for avant, apres in paires)


poles = st.sampled_from([A, B, "accueil"])
visiteurs = st.lists(st.tuples(poles, st.booleans(), st.integers(0, 4), st.booleans()), max_size=12)
postes = st.lists(
    st.builds(
        Poste,
        poles=st.frozensets(poles, min_size=1),
        occupation=st.none() | st.builds(Occupation, poles, st.floats(0, 500), st.booleans()),
        en_pause=st.booleans(),
        debut=st.floats(-100, 200),
        fin=st.none() | st.floats(-50, 400),
    ),
    max_size=5,
)


@settings(max_examples=60)
@given(visiteurs, postes, st.integers(0, 99))
def test_any_hall_gets_ordered_ranges_in_the_order_of_its_queue(
    qui: list[tuple[str, bool, int, bool]], guichets: list[Poste], graine: int
) -> None:
    attente = tuple(EnAttente(n, *v) for n, v in enumerate(qui))
    hall = Hall(attente, tuple(guichets))
    agitee = Parametres(departs=0.01, absents=0.1, passages={A: 0.05})
    previsions = prevoir(hall, VARIEES, poles=[A], parametres=agitee, graine=graine, tirages=20)
    assert set(previsions.visiteurs) == {v.cle for v in attente if not v.en_pause}
    for prevision in (*previsions.visiteurs.values(), *previsions.nouveaux.values()):
        assert (prevision.chance > 0) == bool(prevision.attentes)
        if prevision.attentes:
            assert 0 <= prevision.p10 <= prevision.p50 <= prevision.p90
            assert prevision.attentes[0] >= 0 and prevision.chance <= 1
    for pole in {v.pole for v in attente}:
        siens = [previsions.visiteurs[v.cle] for v in attente if v.pole == pole and not (v.en_pause or v.priorite)]
        for avant, apres in pairwise(siens):
            assert avant.chance >= apres.chance
            assert all(a <= b for a, b in zip(avant.attentes, apres.attentes, strict=False))

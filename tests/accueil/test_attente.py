"""From the hall in the database to the ranges that are told: who is here, what the roster says, what was measured."""

import itertools
from datetime import date, time

import pytest
import time_machine

from accueil import attente, lectures, mesures
from accueil.attente import AttentePrevue
from accueil.models import DureeTheme, GuichetOuvert, Histogramme, Journee, ScorePrevision, Ticket
from accueil.prevision import Motif
from accueil.regles import tickets
from accueil.regles.gestes import nouvelle_cle
from accueil.regles.journee import cloturer_journee
from cite import memoire, signal
from cite.models import Institution, Permanence
from tests.accueil.conftest import Hall, a

MARDI = date(2026, 3, 10)


def tenir(hall: Hall, pole: str, debut: int, fin: int, combien: int = 1) -> None:
    institution, _ = Institution.objects.get_or_create(nom="Le Relais")
    Permanence.objects.create(
        pole=hall.pole(pole), date=MARDI, debut=time(debut), fin=time(fin), guichets=combien, institution=institution
    )


def nouveau(hall: Hall, pole: str = "emploi", heure: int = 11, minute: int = 0) -> AttentePrevue:
    memoire.tout_oublier()
    return attente.calculer(a(heure, minute)).nouveaux[hall.pole(pole).pk]


def mesurer(hall: Hall, minutes: int, nombre: int = 60, pole: str = "emploi") -> None:
    """Let so many interviews of so many minutes have been counted."""
    Histogramme.objects.create(
        date=MARDI, pole=hall.pole(pole), mesure=Histogramme.Mesure.ENTRETIEN, minutes=minutes, nombre=nombre
    )


# ------------------------------------------------------------------------------------------------ words
@pytest.mark.parametrize(
    ("dite", "phrase"),
    [
        (AttentePrevue(10, 20), "entre 10 et 20 min"),
        (AttentePrevue(0, 5), "moins de 5 min"),
        (AttentePrevue(100, 135), "entre 1 h 40 et 2 h 15"),
        (AttentePrevue(motif=Motif.AUCUN_GUICHET), "aucun guichet ne sert ce pôle en ce moment"),
        (AttentePrevue(motif=Motif.JOURNEE_PLEINE), "l’attente peut être très longue : demandez conseil à l’accueil"),
    ],
)
def test_a_wait_is_told_as_a_range_never_as_a_bare_number(dite: AttentePrevue, phrase: str) -> None:
    assert dite.phrase == phrase


@pytest.mark.parametrize(
    ("dite", "courte"),
    [
        (AttentePrevue(10, 20), "10–20 min"),
        (AttentePrevue(0, 5), "< 5 min"),
        (AttentePrevue(50, 120), "50 min – 2 h"),
        (AttentePrevue(motif=Motif.AUCUN_GUICHET), ""),
    ],
)
def test_a_screen_read_from_afar_shows_the_range_in_short(dite: AttentePrevue, courte: str) -> None:
    assert dite.courte == courte


# ------------------------------------------------------------------------------------------------ the state
def test_no_desk_serves_the_pole_and_nothing_is_invented(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False):
        hall.ouvrir("1", "formation")
        assert nouveau(hall) == AttentePrevue(motif=Motif.AUCUN_GUICHET)


def test_a_free_desk_means_almost_no_wait(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False):
        hall.ouvrir("1", "emploi")
        assert nouveau(hall) == AttentePrevue(0, 5)


def test_measured_interviews_make_the_wait(hall: Hall) -> None:
    """One desk, one received and two before, interviews of 20 to 25 minutes: 60 to 75, less if someone leaves."""
    with time_machine.travel(a(11), tick=False):
        mesurer(hall, 20)
        poste = hall.ouvrir("1", "emploi")
        hall.prendre()
        hall.recevoir(poste)
        hall.prendre(), hall.prendre()
        dite = nouveau(hall)
    assert (dite.bas, dite.haut) == (45, 80)


def test_who_waits_longer_behind_is_told_more(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False):
        mesurer(hall, 20)
        hall.ouvrir("1", "emploi")
        pris = [hall.prendre() for _ in range(4)]
        dites = attente.calculer(a(11)).visiteurs
    assert [dites[t.pk].bas for t in pris] == sorted(dites[t.pk].bas for t in pris)
    assert dites[pris[0].pk] == AttentePrevue(0, 5)


def test_a_paused_visitor_is_told_nothing_and_is_not_counted(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False):
        hall.ouvrir("1", "emploi")
        ticket = hall.prendre()
        tickets.mettre_en_pause(ticket_id=ticket.pk, cle=nouvelle_cle())
        assert nouveau(hall) == AttentePrevue(0, 5)
        assert ticket.pk not in attente.calculer(a(11)).visiteurs


def test_the_roster_opens_a_desk_later_today(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False):
        tenir(hall, "emploi", 12, 18)
        dite = nouveau(hall)
    assert (dite.motif, dite.bas) == (None, 60)


def test_a_desk_calls_nobody_after_its_shift(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False):
        mesurer(hall, 40)
        tenir(hall, "emploi", 9, 12)
        poste = hall.ouvrir("1", "emploi")
        hall.prendre()
        hall.recevoir(poste)
        for _ in range(4):
            hall.prendre()
        assert nouveau(hall).motif == Motif.AUCUN_GUICHET


def test_a_shift_that_has_just_begun_is_still_expected_then_no_more(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False):
        tenir(hall, "emploi", 11, 18)
        assert [nouveau(hall, minute=minute).motif for minute in (10, 20)] == [None, Motif.AUCUN_GUICHET]


def test_desks_beyond_the_roster_have_no_known_end(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False):
        tenir(hall, "emploi", 9, 12)
        hall.ouvrir("1", "emploi"), hall.ouvrir("2", "emploi")
        postes = attente.lire_hall(a(11)).postes
    assert [poste.fin for poste in postes] == [60.0, None]


# ------------------------------------------------------------------------------------------------ once a change
def test_the_ranges_are_computed_once_however_many_pages_ask(hall: Hall) -> None:
    avant = attente.suivies.calculs
    assert attente.lire() is attente.lire()
    assert attente.suivies.calculs - avant == 1


def test_a_ticket_keeps_what_was_told_a_moment_ago_and_waits_for_no_forecast(hall: Hall) -> None:
    hall.ouvrir("1", "emploi")
    assert hall.prendre().prevu_milieu is None, "nothing had been told"
    memoire.tout_oublier()
    attente.lire()
    calculs = attente.suivies.calculs
    ticket = hall.prendre()
    dite = attente.lire().arrivees[ticket.pole_id]
    assert (ticket.prevu_bas, ticket.prevu_milieu, ticket.prevu_haut) == (dite.bas, dite.milieu, dite.haut)
    assert attente.suivies.calculs == calculs


# ------------------------------------------------------------------------------------------------ the score
def vivre(hall: Hall, prevu: tuple[int, int, int, int], attendu: int, pole: str = "emploi") -> None:
    """Let a visitor be told a wait (low, middle, high, naive) and be called after so many minutes."""
    with time_machine.travel(a(11), tick=False):
        poste = hall.ouvrir("1", pole)
        ticket = hall.prendre(pole)
        champs = dict(zip(("prevu_bas", "prevu_milieu", "prevu_haut", "prevu_naif"), prevu, strict=True))
        Ticket.objects.filter(pk=ticket.pk).update(**champs)
    with time_machine.travel(a(11, attendu), tick=False):
        hall.appeler(poste)


def score(pole: str = "emploi") -> dict[str, int]:
    ligne = ScorePrevision.objects.get(pole__code=pole)
    noms = ("heure", "nombre", "erreur", "erreur_naive", "trop_court", "dedans")
    return {nom: getattr(ligne, nom) for nom in noms}


def clore() -> None:
    with time_machine.travel(a(23), tick=False):
        cloturer_journee(Journee.objects.get())


@pytest.mark.parametrize(("attendu", "trop_court", "dedans"), [(15, 0, 1), (20, 0, 1), (29, 0, 0), (30, 1, 0)], ids=str)
def test_at_night_a_wait_is_compared_with_what_was_told(hall: Hall, attendu: int, trop_court: int, dedans: int) -> None:
    vivre(hall, (10, 15, 20, 5), attendu)
    clore()
    assert score() == {
        "heure": 11, "nombre": 1, "erreur": attendu - 15, "erreur_naive": attendu - 5,
        "trop_court": trop_court, "dedans": dedans,
    }  # fmt: skip


def test_a_pause_is_the_visitors_own_time_and_is_not_scored(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False):
        hall.ouvrir("1", "emploi")
        ticket = hall.prendre()
        Ticket.objects.filter(pk=ticket.pk).update(prevu_bas=0, prevu_milieu=2, prevu_haut=5, prevu_naif=3)
        tickets.mettre_en_pause(ticket_id=ticket.pk, cle=nouvelle_cle())
        tickets.reprendre(ticket_id=ticket.pk, cle=nouvelle_cle())
        hall.appeler(GuichetOuvert.objects.get())
    clore()
    assert ScorePrevision.objects.count() == 0


def test_interviews_teach_their_duration_by_theme(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False):
        poste = hall.ouvrir("1", "emploi")
        hall.prendre()
        ticket = hall.recevoir(poste)
    with time_machine.travel(a(11, 23), tick=False):
        hall.finir(poste, ticket, "CV et lettre")
    clore()
    lignes = DureeTheme.objects.values_list("mois", "pole__code", "theme__nom", "minutes", "nombre")
    assert list(lignes) == [(date(2026, 3, 1), "emploi", "CV et lettre", 20, 1)]


# ------------------------------------------------------------------------------------------------ what was learned
def noter(hall: Hall, erreur: int, erreur_naive: int, nombre: int = 40) -> None:
    ScorePrevision.objects.create(
        date=MARDI, pole=hall.pole("emploi"), heure=11, nombre=nombre, erreur=erreur, erreur_naive=erreur_naive
    )


@pytest.mark.parametrize(("erreur", "nombre", "naif"), [(300, 40, True), (200, 40, False), (300, 20, False)])
def test_the_naive_range_is_told_while_the_forecast_is_worse(hall: Hall, erreur: int, nombre: int, naif: bool) -> None:
    noter(hall, erreur, 250, nombre)
    assert (hall.pole("emploi").pk in mesures.apprendre(date(2026, 3, 20)).naifs) is naif


def test_a_pole_is_judged_on_its_last_four_weeks(hall: Hall) -> None:
    noter(hall, 300, 250)
    assert mesures.apprendre(date(2026, 4, 8)).naifs == frozenset()


# ------------------------------------------------------------------------------------------------ whose it is
def test_a_page_tells_a_visitor_their_own_range_and_a_newcomer_the_one_of_the_pole(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False) as horloge:
        mesurer(hall, 20)
        hall.ouvrir("1", "emploi")
        premier = hall.prendre()
        prevues = attente.lire()
        horloge.shift(1)
        second = hall.prendre()
    assert lectures.attente_prevue(premier) is prevues.visiteurs[premier.pk]
    assert lectures.attente_prevue(second) is prevues.nouveaux[second.pole_id]


def test_a_pause_that_is_over_waits_again(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False):
        ticket = hall.prendre()
        Ticket.objects.filter(pk=ticket.pk).update(etat="en_pause", pause_jusqua=a(11, 30))
        en_pause = [attente.lire_hall(a(11, minute)).attente[0].en_pause for minute in (29, 30)]
    assert en_pause == [True, False]


def test_a_pole_where_the_naive_rule_did_better_is_told_the_naive_range(hall: Hall) -> None:
    with time_machine.travel(a(11), tick=False):
        hall.ouvrir("1", "emploi")
        hall.prendre(), hall.prendre()
        prevue = nouveau(hall)
        noter(hall, 300, 250)
        naive = nouveau(hall)
    assert (prevue.motif, naive.motif, prevue == naive) == (None, None, False)


def test_the_ranges_are_computed_again_when_the_signal_says_that_something_changed(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    horloge, veilleur = [100.0], signal.Veilleur()
    monkeypatch.setattr(attente.time, "monotonic", lambda: horloge[0])
    monkeypatch.setattr(signal, "_veilleurs", [veilleur])
    lues = [attente.lire()]
    for secondes, changements in ((5.0, 0), (0.0, 1), (5.0, 0), (attente.VALABLE_S, 0)):
        horloge[0] += secondes
        veilleur.generation += changements
        lues.append(attente.lire())
    nouvelles = [apres is not avant for avant, apres in itertools.pairwise(lues)]
    assert nouvelles == [False, True, False, True], "kept while nothing changed, then a change, then old age"

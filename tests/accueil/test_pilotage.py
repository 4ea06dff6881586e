"""Pilotage: figures equal to the counters, thresholds, frozen and empty periods, exports equal to the page, rights."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accueil.models import Comptage, ComptageDimension, Histogramme, ScorePrevision, TableauFige
from accueil.periodes import mois_de, semaine_de
from accueil.publication.compose import COMPTES
from accueil.publication.figer import figer
from accueil.regles import tickets
from accueil.regles.gestes import nouvelle_cle
from accueil.views.pilotage_exports import neutre
from cite.models import Horaire, Institution, Permanence, Pole, Theme
from tests.accueil.conftest import Hall, a
from tests.lieu import ClientDe

LUNDI = date(2026, 3, 2)
SEMAINE, JOUR, MOIS = "/pilotage/semaine/2026-S10/", "/pilotage/jour/2026-03-03/", "/pilotage/mois/2026-03/"
PLUS_TARD = datetime(2026, 4, 20, 8, tzinfo=UTC)


def compter(
    jour: date, pole: Pole, matin: bool, tickets_: int, entretiens: int, sans: int = 0, absents: int = 0
) -> None:
    for mesure, nombre in zip(COMPTES, (tickets_, entretiens, sans, absents), strict=True):
        Comptage.objects.create(date=jour, matin=matin, pole=pole, mesure=mesure, nombre=nombre)


def remplir(lundi: date, facteur: int = 1) -> None:
    """Five days of two poles; a third is open on Tuesday morning and nobody comes."""
    emploi, formation, activite = (Pole.objects.get(code=code) for code in ("emploi", "formation", "activite"))
    theme = Theme.objects.get(nom="Alternance")
    for rang in range(1, 6):
        jour = lundi + timedelta(days=rang)
        for matin in (True, False):
            compter(jour, emploi, matin, 20, 18, 3, 2)
            compter(jour, formation, matin, 12, 11, 2, 1)
        ComptageDimension.objects.create(date=jour, dimension="theme", valeur=str(theme.pk), nombre=10 * facteur)
        for heure, nombre in (("10", 14), ("11", 18), ("14", 32)):
            ComptageDimension.objects.create(date=jour, dimension="heure", valeur=heure, nombre=nombre)
        ComptageDimension.objects.create(date=jour, dimension="langue", valeur="fr", nombre=50)
        ComptageDimension.objects.create(date=jour, dimension="langue", valeur="ar", nombre=14)
        for pole, minutes in ((emploi, 25), (formation, 5)):
            for mesure in Histogramme.Mesure.values:
                Histogramme.objects.create(date=jour, pole=pole, mesure=mesure, minutes=minutes, nombre=30)
            ScorePrevision.objects.create(
                date=jour, pole=pole, heure=10, nombre=20, erreur=60, erreur_naive=100, trop_court=6, dedans=14
            )
    compter(lundi + timedelta(days=1), activite, True, 0, 0)


@pytest.fixture
def semaine(lieu: None) -> None:
    remplir(LUNDI)
    figer(semaine_de(LUNDI), maintenant=PLUS_TARD)


@pytest.fixture
def coordination(client_de: ClientDe) -> Client:
    return client_de("coordination")


def texte(client: Client, adresse: str, statut: int = 200) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == statut
    return reponse.content.decode()


def tableau(page: str, titre: str) -> list[list[str]]:
    """The cells of a table of the page, by its caption."""
    html = page.split(f"<caption>{titre}</caption>")[1].split("</table>")[0]
    lignes = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", ligne) for ligne in html.split("<tr")[1:]]
    return [[re.sub(r"<[^>]*>", "", case) for case in ligne] for ligne in lignes]


# ------------------------------------------------------------------------------------------------ figures
def test_a_week_says_what_the_counters_say(semaine: None, coordination: Client) -> None:
    lignes = tableau(texte(coordination, SEMAINE), "Par pôle")
    assert lignes == [
        ["Pôle", "Tickets pris", "Entretiens"],
        ["Trouver une formation", "120", "110"],
        ["Trouver un emploi", "200", "180"],
        ["Créer son activité", "0", "0"],
        ["Tous les pôles", "320", "290"],
    ]


def test_arrivals_by_hour_stand_beside_the_days_open_at_that_hour(semaine: None, coordination: Client) -> None:
    Horaire.objects.all().delete()
    for jour in (1, 2, 3):
        Horaire(jour=jour, ouvre=time(10), ferme=time(12, 30)).save()
    assert tableau(texte(coordination, SEMAINE), "Heure par heure") == [
        ["Heure d’arrivée", "Tickets pris", "Jours ouverts à cette heure"],
        ["10 h", "70", "3"],
        ["11 h", "90", "3"],
        ["12 h", "—", "3"],
        ["14 h", "160", "0"],
    ]


def test_who_left_is_told_for_the_whole_place(semaine: None, coordination: Client) -> None:
    lignes = tableau(texte(coordination, SEMAINE), "Partis sans entretien")
    assert [ligne[-1] for ligne in lignes] == ["Semaine", "50", "30"]


def test_not_counted_is_shown_apart_from_zero(semaine: None, coordination: Client) -> None:
    lignes = tableau(texte(coordination, JOUR), "Tickets par demi-journée")
    assert lignes[0] == ["Pôle", "Matin", "Après-midi", "Jour"]
    assert lignes[3] == ["Créer son activité", "0", "—", "0"]


def test_waits_are_slices_and_the_forecast_is_scored(semaine: None, coordination: Client) -> None:
    page = texte(coordination, SEMAINE)
    attentes = {ligne[0]: ligne[1:3] for ligne in tableau(page, "Attentes et durées par pôle")}
    assert attentes["Trouver un emploi"] == ["25 à 30 min", "25 à 30 min"]
    assert tableau(page, "Prévision par heure d’arrivée")[1] == ["10 h", "60 %", "30 %", "70 %"]


def test_a_small_count_is_nowhere_on_its_page(semaine: None, coordination: Client) -> None:
    compter(LUNDI + timedelta(days=8), Pole.objects.get(code="emploi"), True, 3, 3)
    compter(LUNDI + timedelta(days=8), Pole.objects.get(code="formation"), True, 40, 40)
    compter(LUNDI + timedelta(days=8), Pole.objects.get(code="orientation"), True, 30, 30)
    figer(semaine_de(LUNDI + timedelta(days=8)), maintenant=PLUS_TARD)
    lignes = {ligne[0]: ligne for ligne in tableau(texte(coordination, "/pilotage/semaine/2026-S11/"), "Par pôle")}
    assert lignes["Trouver un emploi"][1:] == ["n.c.", "n.c."]
    assert [ligne[1] for ligne in lignes.values()].count("n.c.") >= 2


def test_the_outside_has_its_own_threshold(semaine: None, coordination: Client) -> None:
    page = texte(coordination, f"{SEMAINE}?pour=exterieur")
    assert "au-dessous de 11 personnes" in page
    assert "Qui a tenu les guichets" not in page


def test_a_month_is_made_of_whole_weeks(semaine: None, coordination: Client) -> None:
    remplir(LUNDI + timedelta(days=7))
    figer(mois_de(LUNDI), maintenant=PLUS_TARD)
    page = texte(coordination, MOIS)
    assert "du lundi 2 mars au dimanche 29 mars 2026" in page
    assert tableau(page, "Tickets par semaine")[-1] == ["Tous les pôles", "320", "320", "640"]


def test_themes_that_rise_and_long_waits_are_said_in_sentences(semaine: None, coordination: Client) -> None:
    remplir(LUNDI + timedelta(days=7), facteur=2)
    figer(semaine_de(LUNDI + timedelta(days=7)), maintenant=PLUS_TARD)
    page = texte(coordination, "/pilotage/semaine/2026-S11/")
    assert "Le thème « Alternance » monte : noté 100 fois, contre 50 la période d’avant." in page
    assert "« Trouver un emploi » : une personne sur deux a attendu 25 min ou plus" in page


def test_a_partner_s_share_comes_from_the_roster_alone(semaine: None, coordination: Client) -> None:
    for nom, guichets in (("Maison du Val", 3), ("Réseau des Rives", 1)):
        Permanence.objects.create(
            pole=Pole.objects.get(code="emploi"), date=LUNDI + timedelta(days=1), debut=time(10), fin=time(14),
            guichets=guichets, institution=Institution.objects.create(nom=nom),
        )  # fmt: skip
    lignes = tableau(texte(coordination, SEMAINE), "Heures de guichet par institution")
    assert lignes[1:] == [["Maison du Val", "12,0", "75 %"], ["Réseau des Rives", "4,0", "25 %"]]


# ------------------------------------------------------------------------------------------------ periods
def test_a_period_that_is_over_is_published_by_a_button(lieu: None, coordination: Client) -> None:
    remplir(LUNDI)
    with time_machine.travel(datetime(2026, 9, 1, 8, tzinfo=UTC)):  # long after: no first request of a day did it
        assert "pas encore publiés" in texte(coordination, SEMAINE)
        reponse = coordination.post(f"{SEMAINE}publier/")
        assert (reponse.status_code, reponse.url) == (303, SEMAINE)
        assert "Chiffres figés le" in texte(coordination, SEMAINE)


def test_a_period_that_is_not_over_says_so_and_cannot_be_published(lieu: None, coordination: Client) -> None:
    with time_machine.travel(a(11)):
        assert "n’est pas finie" in texte(coordination, "/pilotage/semaine/2026-S11/")
        assert coordination.post("/pilotage/semaine/2026-S11/publier/").status_code == 409
        assert "n’a pas commencé" in texte(coordination, "/pilotage/semaine/2026-S20/")


def test_a_day_of_the_running_week_tells_its_totals(lieu: None, coordination: Client) -> None:
    remplir(LUNDI)
    with time_machine.travel(datetime(2026, 3, 5, 9, tzinfo=UTC)):
        page = texte(coordination, JOUR)  # the first request of the day froze it
    assert "paraîtra avec sa semaine" in page
    assert re.findall(r"<b>(\d+)</b> (\w+)", page)[:2] == [("64", "tickets"), ("58", "entretiens")]


def test_a_week_without_counters_says_that_nothing_was_counted(lieu: None, coordination: Client) -> None:
    figer(semaine_de(LUNDI), maintenant=PLUS_TARD)
    assert "Rien n’a été compté" in texte(coordination, SEMAINE)


@pytest.mark.parametrize(
    ("adresse", "statut"),
    [("siecle/20/", 404), ("semaine/2026-S99/", 404), ("jour/2026-02-30/", 404), ("mois/2026-13/", 404),
     ("jour/hier/", 404), ("jour/<script>/", 404), ("jour/?jour=32", 422), ("jour/?jour=9999-12-31", 422),
     ("siecle/", 404), ("semaine/2026-S10/?pour=tous", 422), ("semaine/2026-S10/poles.pdf", 404),
     ("semaine/2026-S10/noms.csv", 404), ("semaine/2026-S09/poles.csv", 404)],
)  # fmt: skip
def test_garbage_in_an_address_gets_a_sentence(semaine: None, coordination: Client, adresse: str, statut: int) -> None:
    page = texte(coordination, f"/pilotage/{adresse}", statut)
    assert re.search(r'<div class="halte-mots">\s*<h1>\w', page)
    assert "<script>" not in page.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize(
    ("genre", "cible"), [("jour", "jour/2026-03-10/"), ("semaine", "semaine/2026-S11/"), ("mois", "mois/2026-03/")]
)
def test_a_date_leads_to_its_period(coordination: Client, genre: str, cible: str) -> None:
    reponse = coordination.get(f"/pilotage/{genre}/?jour=2026-03-10")
    assert (reponse.status_code, reponse.url) == (302, f"/pilotage/{cible}")


def test_the_nightly_command_publishes_what_has_ended(lieu: None, capsys: pytest.CaptureFixture[str]) -> None:
    remplir(LUNDI)
    with time_machine.travel(PLUS_TARD):
        call_command("figer_chiffres")
        call_command("figer_chiffres")
    assert capsys.readouterr().out.split("\n")[:2] == ["7 période(s) figée(s).", "0 période(s) figée(s)."]


# ------------------------------------------------------------------------------------------------ exports
NOMBRE = re.compile(r"\d+(,\d)?")
TABLEAUX = ["poles", "temps", "departs", "attentes", "repartition", "charge", "themes", "langues", "prevision_pole"]


@pytest.mark.parametrize("cle", TABLEAUX)
def test_an_export_says_what_the_page_says(semaine: None, coordination: Client, cle: str) -> None:
    page = texte(coordination, SEMAINE)
    reponse = coordination.get(f"{SEMAINE}{cle}.csv")
    assert reponse.content.startswith(b"\xef\xbb\xbf")
    lignes = list(csv.reader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    titre, vide = lignes[0][1], lignes.index([])
    assert lignes[vide + 1 :] == tableau(page, titre)
    classeur = load_workbook(io.BytesIO(coordination.get(f"{SEMAINE}{cle}.xlsx").content))
    cellules = [[case for case in ligne if case is not None] for ligne in classeur.active.iter_rows(values_only=True)]
    nombres = [[round(n, 1) for n in ligne if isinstance(n, int | float)] for ligne in cellules[vide + 2 :]]
    assert nombres == [[float(m.replace(",", ".")) for m in li[1:] if NOMBRE.fullmatch(m)] for li in lignes[vide + 2 :]]


def test_the_head_of_an_export_says_how_to_read_it(semaine: None, coordination: Client) -> None:
    tete = coordination.get(f"{SEMAINE}poles.csv?pour=exterieur").content.decode("utf-8-sig").split("\r\n\r\n")[0]
    for mots in (
        "Semaine du 2 mars au 8 mars 2026",
        "pour l’extérieur",
        "11 personnes",
        "20 avril 2026",
        "n.c.;non com",
    ):
        assert mots in tete


def test_the_share_of_institutions_never_leaves_the_place(semaine: None, coordination: Client) -> None:
    assert coordination.get(f"{SEMAINE}partenaires.csv?pour=exterieur").status_code == 404


@pytest.mark.parametrize("mot", ["=1+1", "+33", "-2", "@somme", "\t=1", " =1"])
def test_a_cell_is_never_a_formula(mot: str) -> None:
    assert neutre(mot) == f"'{mot}"


def test_a_theme_named_like_a_formula_is_neutral_in_both_files(lieu: None, coordination: Client) -> None:
    Theme.objects.filter(nom="Alternance").update(nom="=CMD()")
    Theme.objects.create(nom="Alternance")
    ComptageDimension.objects.all().delete()
    remplir(LUNDI)
    theme = Theme.objects.get(nom="=CMD()")
    ComptageDimension.objects.filter(dimension="theme").update(valeur=str(theme.pk))
    figer(semaine_de(LUNDI), maintenant=PLUS_TARD)
    assert "'=CMD();50" in coordination.get(f"{SEMAINE}themes.csv").content.decode()
    classeur = load_workbook(io.BytesIO(coordination.get(f"{SEMAINE}themes.xlsx").content))
    assert {c.data_type for ligne in classeur.active.iter_rows() for c in ligne} <= {"s", "n"}


# ------------------------------------------------------------------------------------------------ today, rights, cost
def test_today_shows_the_hall_and_why_people_wait(hall: Hall, coordination: Client) -> None:
    institution = Institution.objects.create(nom="Maison du Val")
    with time_machine.travel(a(10)):
        for _n in range(4):
            hall.prendre("emploi")
        Permanence.objects.create(
            pole=hall.pole("emploi"),
            date=a(10).date(),
            debut=time(9),
            fin=time(18),
            guichets=3,
            institution=institution,
        )
    with time_machine.travel(a(10, 42)):
        hall.ouvrir("1", "emploi")
        page = texte(coordination, "/pilotage/")
    assert "<b>4</b> personnes attendent" in page
    assert "1 ouvert sur 3 prévus, pour 4 en attente." in page
    assert "plus de 40 min" in page
    assert "Maison du Val" not in page
    assert '<b class="nc">n.c.</b> tickets pris' in page


def test_today_refreshes_as_a_fragment(hall: Hall, coordination: Client) -> None:
    hall.prendre("emploi")
    page = coordination.get("/pilotage/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "<b>1</b> personne attend" in page


def test_no_identity_of_a_ticket_is_on_the_page_of_today(hall: Hall, coordination: Client) -> None:
    ticket = hall.prendre("emploi")
    tickets.prioriser(ticket_id=ticket.pk, cle=nouvelle_cle(), priorite=True)
    page = texte(coordination, "/pilotage/")
    assert ticket.libelle not in page
    assert "priorit" not in page


@pytest.mark.parametrize("role", ["accueil", "conseil", "technique", "partenaire", "borne", "ecran"])
def test_the_figures_are_for_the_coordination(client_de: ClientDe, role: str) -> None:
    assert client_de(role).get(SEMAINE).status_code in (302, 403)


def questions(client: Client, adresse: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as lues:
        client.get(adresse)
    return len(lues)


def test_the_number_of_questions_does_not_grow(hall: Hall, coordination: Client) -> None:
    remplir(LUNDI)
    figer(semaine_de(LUNDI), maintenant=PLUS_TARD)
    with time_machine.travel(a(11)):
        hall.prendre("emploi")
        hall.recevoir(hall.ouvrir("3", "emploi"))
        for adresse in (SEMAINE, "/pilotage/"):
            coordination.get(adresse)
        avant = [questions(coordination, adresse) for adresse in (SEMAINE, "/pilotage/")]
        for pole in list(Pole.objects.exclude(code="accueil")):
            for _n in range(3):
                hall.prendre(pole.code)
        hall.ouvrir("1", "emploi", "formation")
        hall.ouvrir("2", "orientation")
        for rang in range(6):
            Permanence.objects.create(
                pole=hall.pole("emploi"), date=LUNDI + timedelta(days=rang), debut=time(9), fin=time(18),
                institution=Institution.objects.create(nom=f"Institution {rang}"),
            )  # fmt: skip
        coordination.get("/pilotage/")  # the roster that memory forgot is read once
        apres = [questions(coordination, adresse) for adresse in (SEMAINE, "/pilotage/")]
    assert apres == avant
    assert max(apres) < 25


def test_the_past_of_the_demonstration_is_written_once_and_only_there(lieu: None, settings: object) -> None:
    from accueil.passe import raconter

    raconter(None)
    assert not Comptage.objects.exists()
    settings.DEMO = True  # type: ignore[attr-defined]
    Horaire.objects.filter(jour__in=(0, 6)).delete()
    raconter(None)
    nombre = Comptage.objects.count()
    assert nombre > 500 and Permanence.objects.exists() and TableauFige.objects.exists()
    raconter(None)
    assert Comptage.objects.count() == nombre

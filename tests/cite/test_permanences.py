"""The roster: the hours it gives to a pole, and a week copied in one gesture."""

from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from cite.horaires import Calendrier
from cite.models import Fermeture, Horaire, Institution, Permanence, Pole
from cite.permanences import copier_semaine
from tests.lieu import client_pour

pytestmark = pytest.mark.usefixtures("lieu")

MARDI = date(2026, 3, 10)
LUNDI = date(2026, 3, 9)


def tenir(
    jour: date = MARDI, debut: int = 10, fin: int = 12, pole: str = "emploi", nom: str = "Le Relais"
) -> Permanence:
    institution, _ = Institution.objects.get_or_create(nom=nom)
    return Permanence.objects.create(
        pole=Pole.objects.get(code=pole), date=jour, debut=time(debut), fin=time(fin), institution=institution
    )


def phrase(heure: int, pole: str = "emploi", jour: int = 10) -> str:
    maintenant = datetime(2026, 3, jour, heure - 1, tzinfo=UTC)
    calendrier = Calendrier.du(LUNDI, date(2026, 3, 31))
    return calendrier.ouverture(Pole.objects.get(code=pole), maintenant).phrase(maintenant)


def test_a_pole_follows_its_roster_in_the_week_where_it_has_any() -> None:
    Horaire.objects.all().delete()
    Horaire.objects.create(jour=Horaire.Jour.JEUDI, ouvre=time(9), ferme=time(18))
    tenir()
    assert phrase(11) == "Ouvert jusqu’à 12 h"
    assert phrase(11, jour=12) == "Rouvre jeudi 19 mars à 9 h", "no roster that Thursday: closed"
    assert phrase(11, pole="formation", jour=12) == "Ouvert jusqu’à 18 h", "no roster that week: the weekly hours"


def test_two_institutions_that_relay_each_other_are_one_opening() -> None:
    tenir(debut=10, fin=12), tenir(debut=12, fin=14, nom="La Passerelle"), tenir(debut=11, fin=13, nom="Le Pont")
    assert phrase(10) == "Ouvert jusqu’à 14 h"


def test_an_evening_of_the_roster_may_pass_midnight() -> None:
    tenir(debut=19, fin=1)
    minuit_et_demi = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    ouverture = Calendrier.du(LUNDI, MARDI).ouverture(Pole.objects.get(code="emploi"), minuit_et_demi)
    assert ouverture.jusqua == datetime(2026, 3, 11, 0, tzinfo=UTC)


def test_an_exceptional_closure_cuts_the_roster_too() -> None:
    tenir()
    Fermeture.objects.create(
        debut=datetime(2026, 3, 10, 10, tzinfo=UTC), fin=datetime(2026, 3, 10, 14, tzinfo=UTC), motif="Travaux"
    )
    assert phrase(10) == "Ouvert jusqu’à 11 h"


def test_a_week_is_copied_onto_the_next_ones_and_copying_again_adds_nothing() -> None:
    tenir(), tenir(jour=date(2026, 3, 12), pole="formation")
    assert copier_semaine(LUNDI, semaines=2) == 4
    assert copier_semaine(LUNDI, semaines=2) == 0
    dates = [str(jour) for jour in Permanence.objects.order_by("date").values_list("date", flat=True)]
    assert dates == ["2026-03-10", "2026-03-12", "2026-03-17", "2026-03-19", "2026-03-24", "2026-03-26"]


def test_what_a_week_already_has_stays_as_it_is() -> None:
    tenir()
    garde = tenir(jour=date(2026, 3, 17))
    Permanence.objects.filter(pk=garde.pk).update(guichets=3)
    assert copier_semaine(LUNDI) == 0
    garde.refresh_from_db()
    assert garde.guichets == 3


def test_the_coordination_copies_a_week_from_the_list_of_the_admin() -> None:
    ligne = tenir()
    donnees = {"action": "copier_la_semaine", "_selected_action": [ligne.pk], "index": 0}
    reponse = client_pour("coordination").post(reverse("admin:cite_permanence_changelist"), donnees, follow=True)
    assert "1 permanence ajoutée." in reponse.content.decode()
    assert Permanence.objects.filter(date=date(2026, 3, 17)).count() == 1


def test_a_line_that_ends_when_it_begins_or_holds_no_desk_is_refused() -> None:
    ligne = tenir()
    for champ, valeur in (("fin", ligne.debut), ("guichets", 0)):
        faux = Permanence(pole=ligne.pole, date=LUNDI, debut=ligne.debut, fin=ligne.fin, institution=ligne.institution)
        setattr(faux, champ, valeur)
        with pytest.raises(ValidationError):
            faux.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            faux.save()


def test_no_public_page_names_the_institution_of_a_roster() -> None:
    """Charter 4: "l'institution d'appartenance du conseiller qui s'efface"."""
    tenir(jour=date.today(), debut=0, fin=23)  # noqa: DTZ011  (any day will do)
    pages = [
        client_pour("anonyme").get("/"),
        client_pour("borne").get("/borne/"),
        client_pour("ecran").get("/ecran/essai-ecran/"),
    ]
    assert ["Le Relais" in page.content.decode() for page in pages] == [False, False, False]

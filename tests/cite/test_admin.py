"""The admin of the place: translations, the one row of settings, what coordination can repair alone."""

import pytest

from accueil.models import MessageAnnonce
from cite.models import Agent, Fermeture, Pole, Question, Reglages
from tests.lieu import ClientDe


def champs(page: object) -> dict[str, object]:
    """What the form of a change page would send back unchanged."""
    form = page.context["adminform"].form
    valeurs = {nom: form[nom].value() for nom in form.fields}
    return {nom: "" if valeur is None else valeur for nom, valeur in valeurs.items() if valeur is not False}


def test_a_question_is_translated_beside_its_french_words(client_de: ClientDe) -> None:
    client, question = client_de("coordination"), Question.objects.get(slug="je-cherche-un-emploi")
    adresse = f"/admin/cite/question/{question.pk}/change/"
    envoi = champs(client.get(adresse)) | {"phrase_en": "I want work", "phrase_uk": ""}
    assert client.post(adresse, envoi).status_code == 302
    question.refresh_from_db()
    assert question.traductions["en"]["phrase"] == "I want work"
    assert question.traductions["uk"] == {"precision": "Резюме, заявки, співбесіди"}


def test_saving_a_form_untouched_changes_nothing(client_de: ClientDe) -> None:
    client, message = client_de("coordination"), MessageAnnonce.objects.first()
    adresse = f"/admin/accueil/messageannonce/{message.pk}/change/"
    client.post(adresse, champs(client.get(adresse)))
    assert MessageAnnonce.objects.get(pk=message.pk).traductions == message.traductions


def test_the_settings_are_one_row_that_opens_at_once(client_de: ClientDe) -> None:
    client = client_de("coordination")
    assert client.get("/admin/cite/reglages/").url == "/admin/cite/reglages/1/change/"
    envoi = champs(client.get("/admin/cite/reglages/1/change/")) | {
        "nom_cite": "Cité de Rives",
        "langues": ["fr", "ar"],
    }
    assert client.post("/admin/cite/reglages/1/change/", envoi).status_code == 302
    assert (Reglages.lire().nom_cite, Reglages.lire().langues) == ("Cité de Rives", ["fr", "ar"])


def test_two_poles_cannot_both_be_the_first_welcome(client_de: ClientDe) -> None:
    client, emploi = client_de("coordination"), Pole.objects.get(code="emploi")
    adresse = f"/admin/cite/pole/{emploi.pk}/change/"
    page = client.post(adresse, champs(client.get(adresse)) | {"est_accueil": "on"})
    assert "Un seul pôle est le premier accueil." in page.content.decode()


def test_a_closure_that_ends_before_it_begins_is_refused_and_keeps_what_was_typed(client_de: ClientDe) -> None:
    envoi = {"debut_0": "12/05/2026", "debut_1": "14:00", "fin_0": "12/05/2026", "fin_1": "10:00", "motif": "Travaux"}
    page = client_de("coordination").post("/admin/cite/fermeture/add/", envoi)
    assert "La fin doit venir après le début." in page.content.decode()
    assert (page.context["adminform"].form["motif"].value(), Fermeture.objects.count()) == ("Travaux", 0)


def test_the_technique_makes_an_account_but_no_superuser(client_de: ClientDe) -> None:
    client = client_de("technique")
    secret = "une longue phrase de passe"
    envoi = {"identifiant": "conseil-7", "usable_password": "true", "password1": secret, "password2": secret}
    assert client.post("/admin/cite/agent/add/", envoi | {"is_superuser": "on"}).status_code == 302
    assert Agent.objects.get(identifiant="conseil-7").is_superuser is False


def test_an_identifier_is_not_a_name(client_de: ClientDe) -> None:
    secret = "une longue phrase de passe"
    envoi = {"identifiant": "Jeanne Dupont", "usable_password": "true", "password1": secret, "password2": secret}
    page = client_de("technique").post("/admin/cite/agent/add/", envoi)
    assert "Des minuscules, des chiffres et des tirets." in page.content.decode()


@pytest.mark.parametrize("nom", ["ticket", "transition", "entretien", "appel", "journee", "comptage"])
def test_the_queue_is_not_in_the_admin(client_de: ClientDe, nom: str) -> None:
    assert client_de("coordination").get(f"/admin/accueil/{nom}/").status_code == 404

"""Charter 4, "le respect de l'anonymat": a property of the schema."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import models

from cite.models import Agent, Institution

TEXTES = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.FileField,
    models.BinaryField,
    models.GenericIPAddressField,
    models.UUIDField,
)
NOS_APPS = ("cite", "accueil", "ressources", "evenements")
INTERDITS = ("mail", "telephone", "tel", "prenom", "adresse_ip", "ip", "user_agent", "commentaire", "note", "naissance")


def registre() -> dict[str, str]:
    colonnes: dict[str, str] = {}
    for app in NOS_APPS:
        try:
            colonnes |= import_module(f"{app}.registre").COLONNES
        except ModuleNotFoundError:
            continue
    return colonnes


def colonnes_de_texte() -> set[str]:
    return {
        f"{modele._meta.label}.{champ.name}"
        for modele in apps.get_models(include_auto_created=True)
        for champ in modele._meta.local_concrete_fields
        if isinstance(champ, TEXTES)
    }


def test_every_text_column_is_in_the_register_and_the_register_lists_no_other() -> None:
    assert set(registre()) == colonnes_de_texte()


def test_every_reason_says_something() -> None:
    assert [colonne for colonne, raison in registre().items() if len(raison) < 10] == []


def test_no_column_is_named_like_an_identity() -> None:
    noms = {
        f"{modele._meta.label}.{champ.name}"
        for app in NOS_APPS
        for modele in apps.get_app_config(app).get_models()
        for champ in modele._meta.get_fields()
        if any(morceau in INTERDITS for morceau in champ.name.lower().split("_"))
    }
    assert noms == set()


@pytest.mark.parametrize("modele", [*apps.get_app_config("accueil").get_models()], ids=lambda m: m._meta.model_name)
def test_no_row_of_the_queue_leads_to_an_account_or_an_institution(modele: type[models.Model]) -> None:
    """Charter 4: "l'institution d'appartenance du conseiller qui s'efface". Not directly, not by any chain of keys."""
    vus: set[type[models.Model]] = set()
    a_voir = [modele]
    while a_voir:
        courant = a_voir.pop()
        vus.add(courant)
        liens = [*courant._meta.fields, *courant._meta.many_to_many]
        a_voir += [lien.related_model for lien in liens if lien.is_relation and lien.related_model not in vus]
    assert vus & {Agent, Institution} == set()


def test_an_account_has_no_name_no_address_and_no_date_of_last_presence() -> None:
    champs = {champ.name for champ in Agent._meta.get_fields()}
    assert champs == {
        "id", "identifiant", "password", "institution", "is_active", "is_superuser", "groups", "user_permissions",
        "logentry",
    }  # fmt: skip

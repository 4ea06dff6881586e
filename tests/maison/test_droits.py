"""The matrix role × address, written out. An address that is not in it fails; so does one that is gone."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accueil.models import Guichet
from cite.droits import MATRICE, Droit, Role
from cite.models import Appareil, Institution, Permanence, Pole, Question
from tests.lieu import client_pour
from tests.maison.adresses import adresses, vue_de

PUBLIC, BORNE, ECRAN = Droit.VOIR_PUBLIC, Droit.UTILISER_BORNE, Droit.VOIR_ECRAN
ACCUEIL, GUICHET, PILOTAGE = Droit.TENIR_ACCUEIL, Droit.TENIR_GUICHET, Droit.PILOTER

# address → the right that its view asks for
ADRESSES: dict[str, Droit] = {
    "accueil:portail": PUBLIC,
    "cite:connexion": PUBLIC,
    "cite:deconnexion": PUBLIC,
    "cite:appairage": PUBLIC,
    "cite:sante": PUBLIC,
    "cite:service_worker": PUBLIC,
    "cite:demo": Droit.VOIR_DEMO,
    "accueil:borne": BORNE,
    "accueil:borne_ticket": BORNE,
    "accueil:borne_question": BORNE,
    "accueil:ecran": ECRAN,
    "accueil:ecran_code": ECRAN,
    "accueil:suivi": PUBLIC,
    "accueil:telephone": PUBLIC,
    "accueil:telephone_question": PUBLIC,
    "accueil:reception": ACCUEIL,
    "accueil:reception_donner": ACCUEIL,
    "accueil:reception_annuler": ACCUEIL,
    "accueil:reception_pause": ACCUEIL,
    "accueil:reception_reprendre": ACCUEIL,
    "accueil:reception_ramener": ACCUEIL,
    "accueil:reception_retirer": ACCUEIL,
    "accueil:reception_priorite": ACCUEIL,
    "accueil:reception_deplacer": ACCUEIL,
    "accueil:reception_imprimer": ACCUEIL,
    "accueil:reception_porte": ACCUEIL,
    "accueil:reception_annoncer": ACCUEIL,
    "accueil:reception_retirer_annonce": ACCUEIL,
    "accueil:pilotage": PILOTAGE,
    "accueil:pilotage_aller": PILOTAGE,
    "accueil:pilotage_periode": PILOTAGE,
    "accueil:pilotage_publier": PILOTAGE,
    "accueil:pilotage_export": PILOTAGE,
    "accueil:guichets": GUICHET,
    "accueil:guichet": GUICHET,
    "accueil:guichet_appeler": GUICHET,
    "accueil:guichet_numero": GUICHET,
    "accueil:guichet_rappeler": GUICHET,
    "accueil:guichet_absent": GUICHET,
    "accueil:guichet_commencer": GUICHET,
    "accueil:guichet_terminer": GUICHET,
    "accueil:guichet_enchainer": GUICHET,
    "accueil:guichet_passer": GUICHET,
    "accueil:guichet_annuler": GUICHET,
    "accueil:guichet_pause": GUICHET,
    "accueil:guichet_poles": GUICHET,
    "accueil:guichet_fermer": GUICHET,
}

# right → who has it, written a second time on purpose: changing who may do what takes two hands
TOUS = "anonyme borne ecran accueil conseil coordination partenaire technique"
ROLES: dict[Droit, str] = {
    PUBLIC: TOUS,
    Droit.VOIR_DEMO: TOUS,
    BORNE: "borne accueil coordination technique",
    ECRAN: "ecran accueil conseil coordination technique",
    ACCUEIL: "accueil coordination",
    GUICHET: "accueil conseil coordination",
    PILOTAGE: "coordination",
    Droit.ADMINISTRER: "coordination partenaire technique",
}

# model of the admin → who sees it, who changes it (adds, deletes)
MODELES: dict[str, tuple[str, str]] = {
    "cite_pole": ("coordination partenaire technique", "coordination"),
    "cite_question": ("coordination partenaire technique", "coordination"),
    "cite_theme": ("coordination partenaire technique", "coordination"),
    "cite_public": ("coordination partenaire technique", "coordination"),
    "cite_salle": ("coordination partenaire technique", "coordination"),
    "cite_horaire": ("coordination technique", "coordination"),
    "cite_fermeture": ("coordination technique", "coordination"),
    "cite_permanence": ("coordination technique", "coordination"),
    "cite_institution": ("coordination technique", "coordination"),
    "cite_reglages": ("coordination technique", ""),
    "cite_appareil": ("coordination technique", "technique"),
    "cite_agent": ("coordination technique", "technique"),
    "accueil_guichet": ("coordination technique", "coordination"),
    "accueil_messageannonce": ("coordination technique", "coordination"),
}
GENERALES = {"index", "login", "logout", "password_change", "password_change_done", "autocomplete", "jsi18n",
             "view_on_site", "app_list"}  # fmt: skip
PAR_MODELE = ("changelist", "add", "change", "delete", "history")


def test_every_address_has_its_line_and_its_right() -> None:
    declares = {nom: vue_de(motif).droit for nom, motif in adresses() if not nom.startswith("admin:")}
    assert declares == ADRESSES


def test_every_right_has_its_roles() -> None:
    assert {droit: set(roles) for droit, roles in MATRICE.items()} == {
        droit: set(map(Role, noms.split())) for droit, noms in ROLES.items()
    }


def test_every_address_of_the_admin_has_its_line() -> None:
    attendues = {f"{modele}_{page}" for modele in MODELES for page in PAR_MODELE} | GENERALES
    attendues |= {"auth_user_password_change"}
    assert {nom.removeprefix("admin:") for nom, _ in adresses() if nom.startswith("admin:")} == attendues


def adresse(nom: str) -> str:
    """An address of that name that leads to something, where it names something."""
    exemples = {
        "slug": Question.objects.values_list("slug", flat=True).first(),
        "jeton": "x" * 32,
        "nom": Appareil.objects.values_list("nom", flat=True).first() or "hall",
        "pk": Guichet.objects.values_list("pk", flat=True).first(),
        "ticket_id": 1,
        "geste_id": 1,
        "genre": "semaine",
        "valeur": "2026-S10",
        "tableau": "poles",
        "forme": "csv",
        "code": Pole.objects.values_list("code", flat=True).first(),
    }
    motif = dict(adresses())[nom]
    return reverse(nom, kwargs={cle: exemples[cle] for cle in motif.pattern.converters})


def entre(client: Client, nom: str) -> bool:
    """Whether the door opens: not sent to sign in, not told that the page is closed to this account."""
    vue = vue_de(dict(adresses())[nom])
    methode = client.get if "GET" in vue.methodes else client.post
    reponse = methode(adresse(nom))
    if reponse.status_code == 302 and "/connexion/" in reponse.url:
        return False
    refus = (reponse.context or {}).get("refus") if reponse.status_code == 403 else None
    return refus is None or "Cette page n’est pas ouverte" not in refus.phrase


@pytest.mark.parametrize("role", Role)
def test_each_role_enters_where_the_matrix_says_and_nowhere_else(lieu: None, role: Role) -> None:
    client = client_pour(role)
    ouvertes = {nom for nom in ADRESSES if nom != "cite:deconnexion" and entre(client, nom)}
    permises = {nom for nom, droit in ADRESSES.items() if role in ROLES[droit].split()}
    assert ouvertes == permises - {"cite:deconnexion"}


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_and_changes_in_the_admin_what_the_matrix_says(lieu: None, role: Role) -> None:
    client = client_pour(role)
    entre_ici = role in ROLES[Droit.ADMINISTRER].split()
    listes = {m: client.get(reverse(f"admin:{m}_changelist"), follow=True) for m in MODELES}
    vus = {m for m, page in listes.items() if entre_ici and page.status_code == 200}
    ajoutes = {m for m in MODELES if client.get(reverse(f"admin:{m}_add")).status_code == 200}
    assert vus == {m for m, (voir, _) in MODELES.items() if role in voir.split()}
    assert ajoutes == {m for m, (_, tenir) in MODELES.items() if role in tenir.split()}


@pytest.mark.parametrize("role", ["anonyme", "borne", "ecran", "accueil", "conseil"])
def test_the_admin_opens_to_nobody_else(lieu: None, role: str) -> None:
    reponse = client_pour(role).get("/admin/", follow=True)
    assert reponse.status_code == (403 if role in ("accueil", "conseil") else 200)
    assert reponse.request["PATH_INFO"] == ("/admin/login/" if role in ("accueil", "conseil") else "/connexion/")


@pytest.mark.parametrize("modele", MODELES)
def test_direct_addresses_of_an_object_follow_the_same_rights(lieu: None, modele: str) -> None:
    """Form, deletion and history of one object: no back door by address."""
    voir, tenir = MODELES[modele]
    for role in ("coordination", "partenaire", "technique"):
        client = client_pour(role)
        objet = _un_objet(modele)
        statuts = {
            page: client.get(reverse(f"admin:{modele}_{page}", args=[objet])).status_code for page in PAR_MODELE[2:]
        }
        effacer = 200 if role in tenir.split() and modele != "cite_agent" else 403
        attendu = 200 if role in voir.split() else 403
        assert statuts == {"change": attendu, "delete": effacer, "history": attendu}, role


def _un_objet(modele: str) -> int:
    classe = apps.get_model(modele.replace("_", ".", 1))
    if (premier := classe.objects.first()) is not None:
        return premier.pk
    champs: dict[str, dict[str, object]] = {
        "cite_fermeture": {"debut": timezone.now(), "fin": timezone.now() + timedelta(hours=1)},
        "cite_institution": {"nom": "Institution d’essai"},
        "cite_appareil": {"nom": "essai", "genre": "borne"},
    }
    if modele == "cite_permanence":
        institution, _ = Institution.objects.get_or_create(nom="Institution d’essai")
        heures = {"date": timezone.localdate(), "debut": time(10), "fin": time(12)}
        return Permanence.objects.create(pole=Pole.objects.first(), institution=institution, **heures).pk
    return classe.objects.create(**champs[modele]).pk

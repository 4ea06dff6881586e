"""A place to test in: seeded like a real one, always open, and a browser for each role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from cite import appareils
from cite.droits import Role
from cite.models import Agent, Appareil, Horaire, Permanence, Reglages

ClientDe = Callable[..., Client]


@pytest.fixture
def lieu(db: None) -> None:
    """The seeded place, always open."""
    amorcer_lieu()


def amorcer_lieu() -> None:
    call_command("amorcer", verbosity=0, stdout=StringIO())
    ouvrir_toujours()


def ouvrir_toujours() -> None:
    """Open every day from 4:00 to 3:59, numbers to the end: no test depends on the hour it runs at."""
    Horaire.objects.all().delete()
    Permanence.objects.filter(date__gte=timezone.localdate() - timedelta(days=7)).delete()
    Horaire.objects.bulk_create([Horaire(jour=jour, ouvre=time(4), ferme=time(3, 59)) for jour in range(7)])
    Reglages.objects.update_or_create(pk=1, defaults={"dernier_numero_min": 0, "annonce_fermeture_min": 0})


@pytest.fixture
def client_de(lieu: None) -> ClientDe:
    """A function role → test client: signed in, paired, or anonymous. ``csrf=True`` checks CSRF as in production."""
    return client_pour


def client_pour(role: str, *, csrf: bool = False) -> Client:
    client = Client(enforce_csrf_checks=csrf)
    match Role(role):
        case Role.ANONYME:
            pass
        case Role.BORNE | Role.ECRAN:
            appareil, _ = Appareil.objects.get_or_create(nom=f"essai-{role}", defaults={"genre": role})
            appareil, jeton = appareils.appairer(appareils.preparer_appairage(appareil))
            reponse = HttpResponse()
            appareils.poser_cookie(reponse, appareil, jeton, securise=False)
            client.cookies.update(reponse.cookies)
        case _:
            agent, _ = Agent.objects.get_or_create(identifiant=f"essai-{role}")
            agent.groups.set([Group.objects.get(name=role)])
            client.force_login(agent)
    return client

"""What every template may use."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cite.droits import GROUPES, Droit, peut, roles_agent
from cite.models import Reglages


def cite(request: HttpRequest) -> dict[str, Any]:
    """Return the settings of the place, the roles of the account, the surfaces it may open, and the demo flag.

    All lazy: a page that shows none of them asks the database nothing.
    """
    return {
        "reglages": SimpleLazyObject(Reglages.lire),
        "roles": SimpleLazyObject(lambda: _roles(request)),
        "surfaces": SimpleLazyObject(lambda: _surfaces(request)),
        "demo": settings.DEMO,
    }


def _roles(request: HttpRequest) -> frozenset[str]:
    return roles_agent(getattr(request, "user", AnonymousUser()))


def _surfaces(request: HttpRequest) -> frozenset[str]:
    siens = frozenset(role for role in GROUPES if role in _roles(request))
    noms = {
        Droit.TENIR_ACCUEIL: "accueil",
        Droit.TENIR_GUICHET: "guichet",
        Droit.PILOTER: "pilotage",
        Droit.ADMINISTRER: "admin",
    }
    return frozenset(nom for droit, nom in noms.items() if peut(siens, droit))

"""Rights: the one place that decides who may do what, and the decorator that every view carries."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.translation import gettext as _

from cite import appareils
from cite.lecture import lecture_seule
from cite.models import Agent
from cite.refus import Interdit, Refus


class Role(StrEnum):
    """Who stands in front of the page: nobody known, a paired device, or the groups of an account."""

    ANONYME = "anonyme"
    BORNE = "borne"
    ECRAN = "ecran"
    ACCUEIL = "accueil"
    CONSEIL = "conseil"
    COORDINATION = "coordination"
    PARTENAIRE = "partenaire"
    TECHNIQUE = "technique"


GROUPES = (Role.ACCUEIL, Role.CONSEIL, Role.COORDINATION, Role.PARTENAIRE, Role.TECHNIQUE)


class Droit(StrEnum):
    """What one may do. A view asks for exactly one."""

    VOIR_PUBLIC = "voir les pages publiques"
    VOIR_DEMO = "voir l'accueil de la démonstration"
    UTILISER_BORNE = "prendre un ticket à la borne"
    VOIR_ECRAN = "montrer un écran d'appel"
    TENIR_ACCUEIL = "tenir l'accueil"
    TENIR_GUICHET = "tenir un guichet"
    PILOTER = "lire les chiffres du lieu"
    ADMINISTRER = "entrer dans l'administration"


TOUS = frozenset(Role)
MATRICE: dict[Droit, frozenset[Role]] = {
    Droit.VOIR_PUBLIC: TOUS,
    Droit.VOIR_DEMO: TOUS,  # and only where the demonstration runs: the view answers 404 elsewhere
    Droit.UTILISER_BORNE: frozenset({Role.BORNE, Role.ACCUEIL, Role.COORDINATION, Role.TECHNIQUE}),
    Droit.VOIR_ECRAN: frozenset({Role.ECRAN, Role.ACCUEIL, Role.CONSEIL, Role.COORDINATION, Role.TECHNIQUE}),
    Droit.TENIR_ACCUEIL: frozenset({Role.ACCUEIL, Role.COORDINATION}),
    Droit.TENIR_GUICHET: frozenset({Role.CONSEIL, Role.ACCUEIL, Role.COORDINATION}),
    Droit.PILOTER: frozenset({Role.COORDINATION}),
    Droit.ADMINISTRER: frozenset({Role.COORDINATION, Role.PARTENAIRE, Role.TECHNIQUE}),
}

# The admin: model label → role → actions among view, add, change, delete. What is not here is refused.
_TENIR = frozenset({"view", "add", "change", "delete"})
_VOIR = frozenset({"view"})
_LIEU: dict[Role, frozenset[str]] = {Role.COORDINATION: _TENIR, Role.TECHNIQUE: _VOIR}
_VOCABULAIRE: dict[Role, frozenset[str]] = {**_LIEU, Role.PARTENAIRE: _VOIR}
ADMIN: dict[str, dict[Role, frozenset[str]]] = {
    "cite.pole": _VOCABULAIRE,
    "cite.question": _VOCABULAIRE,
    "cite.theme": _VOCABULAIRE,
    "cite.public": _VOCABULAIRE,
    "cite.salle": _VOCABULAIRE,
    "cite.horaire": _LIEU,
    "cite.fermeture": _LIEU,
    "cite.permanence": _LIEU,
    "cite.institution": _LIEU,
    "cite.reglages": {Role.COORDINATION: frozenset({"view", "change"}), Role.TECHNIQUE: _VOIR},
    "cite.appareil": {Role.TECHNIQUE: _TENIR, Role.COORDINATION: _VOIR},
    "cite.agent": {Role.TECHNIQUE: frozenset({"view", "add", "change"}), Role.COORDINATION: _VOIR},
    "accueil.guichet": _LIEU,
    "accueil.messageannonce": _LIEU,
}


def roles_agent(agent: Agent | AnonymousUser) -> frozenset[Role]:
    """Return the roles that an account holds by its groups; a superuser holds them all, nobody signed in none."""
    if not isinstance(agent, Agent) or not agent.is_active:
        return frozenset()
    if agent.is_superuser:
        return frozenset(GROUPES)
    if not hasattr(agent, "_roles"):
        agent._roles = frozenset(role for role in GROUPES if role in agent.noms_des_groupes)  # type: ignore[attr-defined]
    return agent._roles  # type: ignore[attr-defined]


def roles(request: HttpRequest, *, cherche: frozenset[Role] = TOUS) -> frozenset[Role]:
    """Return the roles of whoever asks; devices are looked up only when ``cherche`` contains their role.

    Anonymous holds nothing but `Role.ANONYME`, which everyone else holds too.
    """
    trouves = {Role.ANONYME}
    for role, genre in ((Role.BORNE, appareils.BORNE), (Role.ECRAN, appareils.ECRAN)):
        if role in cherche and appareils.appareil_de(request, genre) is not None:
            trouves.add(role)
    return frozenset(trouves) | roles_agent(request.user)


def peut(roles_: frozenset[Role], droit: Droit) -> bool:
    """Return whether one of the roles gives the right."""
    return not MATRICE[droit].isdisjoint(roles_)


def peut_admin(agent: Agent, modele: str, action: str) -> bool:
    """Return whether an account may do ``action`` (view, add, change, delete) on a model of the admin."""
    if agent.is_superuser and agent.is_active and modele in ADMIN:
        return True
    droits = ADMIN.get(modele, {})
    return any(action in droits.get(role, ()) for role in roles_agent(agent))


type_vue = Callable[..., HttpResponse]


def acces(droit: Droit, *, ecrit: bool = False, methodes: tuple[str, ...] = ("GET",)) -> Callable[[type_vue], type_vue]:
    """Declare the right that a view asks for, whether it writes, and its methods; enforce all three.

    A reading view runs under `cite.lecture.lecture_seule`. A view that writes only writes on POST. A `Refus`
    raised by the rules becomes its page and its status. The declaration stays readable on the view (``droit``,
    ``ecrit``, ``methodes``): the tests of the house walk through them.
    """

    def decore(vue: type_vue) -> type_vue:
        @wraps(vue)
        def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methodes and not (request.method == "HEAD" and "GET" in methodes):
                return HttpResponseNotAllowed(methodes)
            try:
                if MATRICE[droit] is not TOUS and not peut(roles(request, cherche=MATRICE[droit]), droit):
                    return _refuser_acces(request)
                if ecrit and request.method == "POST":
                    return vue(request, *args, **kwargs)
                with lecture_seule():
                    return vue(request, *args, **kwargs)
            except Refus as refus:
                return page_de_refus(request, refus)

        gardee.droit, gardee.ecrit, gardee.methodes = droit, ecrit, methodes  # type: ignore[attr-defined]
        return gardee

    return decore


def page_de_refus(request: HttpRequest, refus: Refus) -> HttpResponse:
    """Return the page that says a refusal, with its status."""
    return render(request, "refus.html", {"refus": refus}, status=refus.statut)


def _refuser_acces(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated and request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    raise Interdit(
        _("Cette page n’est pas ouverte depuis ce poste ou avec ce compte."),
        que_faire=_("Connectez-vous avec un autre compte, ou demandez à la coordination."),
    )

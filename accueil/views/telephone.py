"""Own phone: the kiosk's questions on the visitor's telephone, for people in the hall. No cookie, no session.

The screens show a code that changes every minute; reading it gives a laissez-passer of ten minutes, which the links
and the form carry (``passe``). It is all that these pages obey, so they need no CSRF token: another site that would
forge the form would have to be in the hall.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_from_request, override
from django.views.decorators.csrf import csrf_exempt

from accueil.regles import presence
from accueil.regles.tickets import jeton_du_ticket, prendre_au_telephone
from accueil.views import borne
from cite.droits import Droit, acces
from cite.models import Question, Reglages
from cite.refus import Refus


@acces(Droit.VOIR_PUBLIC)
def telephone(request: HttpRequest) -> HttpResponse:
    """The first page, for who has just read a screen; for anyone else, how to."""
    maintenant = timezone.now()
    try:
        if "p" in request.GET:
            passe = presence.entrer(request.GET["p"], maintenant)
            return _vers("accueil:telephone", langue=_langue(request), passe=passe)
        passe = _passe(request)
        presence.lire(passe)
    except presence.HorsDuHall as refus:
        return _refuser(request, refus)
    return _page(request, "telephone.html", borne.les_choix(maintenant), passe)


@csrf_exempt
@acces(Droit.VOIR_PUBLIC, ecrit=True, methodes=("GET", "POST"))
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """One question and one big button, which takes the number and leads to its follow-up."""
    passe = _passe(request)
    try:
        minute = presence.lire(passe)
    except presence.HorsDuHall as refus:
        return _refuser(request, refus)
    choisie = borne.question_posee(slug)
    if choisie is None:
        return _vers("accueil:telephone", langue=get_language(), passe=passe)
    refuse = None
    if request.method == "POST":
        try:
            pole, cle = borne.lire_tap(request, choisie)
            prendre_au_telephone(minute=minute, pole=pole, question=choisie, cle=cle, langue=get_language() or "fr")
            return _vers("accueil:suivi", jeton_du_ticket(cle), langue=get_language(), statut=HTTPStatus.SEE_OTHER)
        except Refus as refus:
            refuse = refus
    return _confirmer(request, choisie, passe, refuse)


def _confirmer(request: HttpRequest, choisie: Question, passe: str, refus: Refus | None) -> HttpResponse:
    contexte = borne.une_question(choisie, refus) | {"question": choisie}
    return _page(request, "telephone_question.html", contexte, passe, refus.statut if refus else HTTPStatus.OK)


def _passe(request: HttpRequest) -> str:
    return request.POST.get("passe") or request.GET.get("passe", "")


def _langue(request: HttpRequest) -> str | None:
    """Return the language that the telephone asks for, where the place offers it and the address names none."""
    actuelle = get_language()
    voulue = get_language_from_request(request) if actuelle == "fr" else actuelle
    offertes = Reglages.lire().langues
    return voulue if not offertes or voulue in offertes else "fr"


def _vers(route: str, *args: str, langue: str | None, passe: str = "", statut: int = HTTPStatus.FOUND) -> HttpResponse:
    with override(langue):
        adresse = reverse(route, args=args)
    suite = HttpResponseRedirect(f"{adresse}?{urlencode({'passe': passe})}" if passe else adresse)
    suite.status_code = statut
    return _discret(suite)


def _refuser(request: HttpRequest, refus: Refus) -> HttpResponse:
    return _discret(render(request, "accueil/telephone_code.html", {"refus": refus}, status=refus.statut))


def _page(
    request: HttpRequest, gabarit: str, contexte: dict[str, Any], passe: str, statut: int = HTTPStatus.OK
) -> HttpResponse:
    contexte |= {"passe": passe, "requete": f"?{urlencode({'passe': passe})}"}
    return _discret(render(request, f"accueil/{gabarit}", contexte, status=statut))


def _discret(reponse: HttpResponse) -> HttpResponse:
    """Let no other page learn the address of this one."""
    reponse["Referrer-Policy"] = "no-referrer"
    return reponse


urlpatterns: list[URLPattern] = [
    path("", telephone, name="telephone"),
    path("<slug:slug>/", question, name="telephone_question"),
]

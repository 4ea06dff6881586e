"""The pages of the shared floor: home, sign-in, pairing, demonstration, health."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator

from cite import appareils, demonstration
from cite.droits import Droit, acces
from cite.forms import AppairageForm, ConnexionForm
from cite.horaires import Calendrier
from cite.models import Appareil, Pole, Question
from cite.refus import Refus


@acces(Droit.VOIR_PUBLIC)
def portail(request: HttpRequest) -> HttpResponse:
    """The public home: the visitor's question first, then what is open now and this week."""
    maintenant = timezone.now()
    calendrier = Calendrier.lire(maintenant)
    poles = [
        {"pole": pole, "ouverture": (o := calendrier.ouverture(pole, maintenant)), "phrase": o.phrase(maintenant)}
        for pole in Pole.objects.filter(actif=True)
    ]
    contexte = {
        "questions": Question.objects.filter(actif=True, pole__actif=True).select_related("pole"),
        "poles": poles,
        "semaine": _semaine(calendrier, maintenant),
    }
    return render(request, "cite/portail.html", contexte)


def _semaine(calendrier: Calendrier, maintenant: datetime) -> list[dict[str, Any]]:
    aujourdhui = timezone.localdate(maintenant)
    lundi = aujourdhui - timedelta(days=aujourdhui.weekday())
    jours = [lundi + timedelta(days=n) for n in range(7)]
    return [
        {
            "date": jour,
            "aujourdhui": jour == aujourdhui,
            "plages": list(calendrier.plages(None, jour, 1)),
        }
        for jour in jours
    ]


@method_decorator(acces(Droit.VOIR_PUBLIC, ecrit=True, methodes=("GET", "POST")), name="dispatch")
class Connexion(LoginView):
    """Sign-in of the staff."""

    template_name = "cite/connexion.html"
    authentication_form = ConnexionForm
    redirect_authenticated_user = True


@method_decorator(acces(Droit.VOIR_PUBLIC, ecrit=True, methodes=("POST",)), name="dispatch")
class Deconnexion(LogoutView):
    """Sign-out, by POST only."""


@acces(Droit.VOIR_PUBLIC, ecrit=True, methodes=("GET", "POST"))
def appairage(request: HttpRequest) -> HttpResponse:
    """Pair this browser as a kiosk or a screen, with the code that the admin showed once."""
    form = AppairageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            appareil, jeton = appareils.appairer(form.cleaned_data["code"])
        except Refus as refus:
            form.add_error("code", f"{refus.phrase} {refus.que_faire}")
        else:
            return _appairer_ce_navigateur(appareil, jeton)
    statut = 422 if form.errors else 200
    return render(request, "cite/appairage.html", {"form": form}, status=statut)


def _appairer_ce_navigateur(appareil: Appareil, jeton: str) -> HttpResponse:
    reponse = redirect(appareils.surface(appareil))
    appareils.poser_cookie(reponse, appareil, jeton, securise=settings.HTTPS)
    return reponse


@acces(Droit.VOIR_PUBLIC)
def sante(request: HttpRequest) -> HttpResponse:
    """Answer "ok" when pages and the database answer: for whoever watches the service."""
    Pole.objects.exists()
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@acces(Droit.VOIR_DEMO, ecrit=True, methodes=("GET", "POST"))
def demo(request: HttpRequest) -> HttpResponse:
    """The home of the demonstration: every surface, the accounts to try them, and pairing in one tap. 404 elsewhere."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST":
        appareil, jeton = demonstration.appairer(request.POST.get("genre", ""))
        return _appairer_ce_navigateur(appareil, jeton)
    return render(request, "cite/demo.html", demonstration.accueil())


@acces(Droit.VOIR_PUBLIC)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker that keeps a calm page for kiosks and screens when the server is away; its scope is the whole site."""
    with open(finders.find("js/service-worker.js") or "", encoding="utf-8") as fichier:
        return HttpResponse(fichier.read(), content_type="text/javascript; charset=utf-8")

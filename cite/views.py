"""The pages of the shared floor: sign-in, pairing, demonstration, health."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator

from cite import appareils, demonstration
from cite.droits import Droit, acces, peut, roles_agent
from cite.forms import AppairageForm, ConnexionForm
from cite.models import Appareil, Pole
from cite.refus import Refus

# Where one's work is, in the order in which an account that may do several lands.
SURFACES = [
    (Droit.TENIR_ACCUEIL, reverse_lazy("accueil:reception")),
    (Droit.TENIR_GUICHET, reverse_lazy("accueil:guichets")),
    (Droit.PILOTER, reverse_lazy("accueil:pilotage")),
    (Droit.ADMINISTRER, reverse_lazy("admin:index")),
]


@method_decorator(acces(Droit.VOIR_PUBLIC, ecrit=True, methodes=("GET", "POST")), name="dispatch")
class Connexion(LoginView):
    """Sign-in of the staff."""

    template_name = "cite/connexion.html"
    authentication_form = ConnexionForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """Return the first surface that the account may open: nobody has to look for their own work."""
        siens = roles_agent(self.request.user)
        return next((str(adresse) for droit, adresse in SURFACES if peut(siens, droit)), "/")


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

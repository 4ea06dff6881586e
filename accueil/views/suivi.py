"""Suivi: the visitor's own turn, on their own telephone. The link is all that it knows, and dies with the ticket.

A link that nobody else knows is what gives the right to act, not a cookie: forms carry no CSRF token (another site
would have to know the link), and nothing is left in the telephone. One view makes the page and its live fragment. An
unchanged turn is unchanged text, keys included (`accueil.regles.suivi.cle`), so that a refresh moves nothing.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt

from accueil.etats import AU_GUICHET, Etat
from accueil.forms.telephone import SuiviForm
from accueil.lectures import attente_prevue, devant
from accueil.models import Appel, Ticket
from accueil.regles import suivi as regles
from accueil.regles.suivi import Geste, SuiviTermine
from cite.droits import Droit, acces
from cite.models import Reglages
from cite.refus import Invalide, Refus
from cite.temps import heure_dite

PROCHE = 2  # so many people before, or fewer: come closer


@csrf_exempt
@acces(Droit.VOIR_PUBLIC, ecrit=True, methodes=("GET", "POST"))
def suivi(request: HttpRequest, jeton: str) -> HttpResponse:
    """Show where a visitor is in the queue; on POST, do what they ask for their own turn. 410 for any other link."""
    maintenant = timezone.now()
    refuse = None
    try:
        ticket = regles.ticket_suivi(jeton, maintenant)
        if request.method == "POST":
            try:
                _agir(request, ticket)
                return _discret(VoirAilleurs(reverse("accueil:suivi", args=[jeton])))
            except Refus as refus:
                refuse, ticket = refus, regles.ticket_suivi(jeton, maintenant)
    except SuiviTermine as refus:
        return _discret(render(request, "accueil/suivi_fin.html", {"refus": refus}, status=refus.statut))
    return _montrer(request, ticket, jeton, maintenant, refuse)


class VoirAilleurs(HttpResponseRedirect):
    """After a POST: see the turn as it now is."""

    status_code = HTTPStatus.SEE_OTHER


def _agir(request: HttpRequest, ticket: Ticket) -> None:
    form = SuiviForm(request.POST)
    if not form.is_valid():
        raise Invalide("")
    regles.agir(ticket, Geste(form.cleaned_data["geste"]), cle=form.cleaned_data["cle"])


def _montrer(
    request: HttpRequest, ticket: Ticket, jeton: str, maintenant: datetime, refus: Refus | None
) -> HttpResponse:
    partir = request.GET.get("partir") == "oui"
    contexte: dict[str, Any] = {
        "ticket": ticket,
        "jeton": jeton,
        "nom": ticket.pole.traduit("nom"),
        "vu": Vu(ticket, maintenant),
        "cles": {geste.value: regles.cle(ticket, geste) for geste in Geste},
        "partir": partir and ticket.etat not in AU_GUICHET,
        "pause_min": Reglages.lire().pause_min,
        "refus": refus,
        "adresse_vive": reverse("accueil:suivi", args=[jeton]) + ("?partir=oui" if partir else ""),
    }
    gabarit = "accueil/suivi.html#etat" if request.htmx else "accueil/suivi.html"  # type: ignore[attr-defined]
    return _discret(render(request, gabarit, contexte, status=refus.statut if refus else HTTPStatus.OK))


class Vu:
    """A turn in plain words, as its holder reads it."""

    def __init__(self, ticket: Ticket, maintenant: datetime) -> None:
        self.ticket = ticket
        self.etat = Etat.EN_ATTENTE if ticket.attend(maintenant) else Etat(ticket.etat)
        self.attend = self.etat in (Etat.EN_ATTENTE, Etat.EN_PAUSE)
        self.devant = devant(ticket, maintenant) if self.attend else 0
        self.proche = self.etat == Etat.EN_ATTENTE and self.devant <= PROCHE
        self.prevue = attente_prevue(ticket) if self.attend else None
        self.appel = _dernier_appel(ticket) if self.etat == Etat.APPELE else 0
        jusqua = ticket.pause_jusqua if self.etat == Etat.EN_PAUSE else None
        self.jusqua = heure_dite(jusqua) if jusqua else ""

    @property
    def avant(self) -> str:
        """How many are before, in words."""
        if not self.devant:
            return _("Personne avant vous")
        return ngettext("%(n)d personne avant vous", "%(n)d personnes avant vous", self.devant) % {"n": self.devant}

    @property
    def annonce(self) -> str:
        """What is worth saying aloud when it becomes true; empty while there is nothing to do."""
        if self.etat == Etat.APPELE:
            return _("On vous appelle : %(lieu)s.") % {"lieu": self.lieu}
        if not self.proche:
            return ""
        phrases = (
            _("Vous êtes la prochaine personne, rapprochez-vous."),
            _("Plus qu’une personne avant vous, rapprochez-vous."),
            _("Plus que deux personnes avant vous, rapprochez-vous."),
        )
        return phrases[self.devant]

    @property
    def titre(self) -> str:
        """What the browser's tab says: it is seen when the page is not."""
        if self.etat == Etat.APPELE:
            return _("C’est à vous : %(lieu)s") % {"lieu": self.lieu}
        if self.attend:
            return f"{self.ticket.libelle} · {self.avant}"
        return self.ticket.libelle

    @property
    def lieu(self) -> str:
        """The desk as one says it: « guichet 4 », but « Accueil » alone."""
        nom = str(self.ticket.guichet or "")
        return nom if len(nom) > 3 else _("guichet %(nom)s") % {"nom": nom}


def _dernier_appel(ticket: Ticket) -> int:
    """Return the rank of the last call of a ticket: another rank is another call, to be heard again."""
    appels = Appel.objects.filter(ticket=ticket, annule=False).order_by("-rang")
    return appels.values_list("rang", flat=True).first() or 0


def _discret(reponse: HttpResponse) -> HttpResponse:
    """Let no other page learn the address of this one, and no cache keep it."""
    reponse["Referrer-Policy"] = "no-referrer"
    reponse["Cache-Control"] = "no-store"
    return reponse


urlpatterns: list[URLPattern] = [path("<str:jeton>/", suivi, name="suivi")]

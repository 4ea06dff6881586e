"""The coordination's steering pages: today live, then the day, the week, the month, from frozen tables only.

The address carries the period and the audience; nothing needs a script but the live refresh of today. A reading view
writes nothing: a period that is over and was not published yet is published by the button of its page (POST), by the
first request of a day, or by ``figer_chiffres``.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accueil.periodes import Genre, Periode, lire_periode, periode_de, semaine_de
from accueil.publication.figer import EXTERNE, INTERNE, est_finie, figer
from accueil.regles.journee import jour_courant
from accueil.views.pilotage_conseils import conseils
from accueil.views.pilotage_direct import Direct
from accueil.views.pilotage_exports import FORMES, exporter
from accueil.views.pilotage_page import Page
from cite.droits import Droit, acces
from cite.refus import Introuvable, Invalide, Refus

POUR_EXTERIEUR = "exterieur"


def adresse(periode: Periode, audience: str = INTERNE) -> str:
    base = reverse("accueil:pilotage_periode", args=[periode.genre, periode.valeur])
    return f"{base}?pour={POUR_EXTERIEUR}" if audience == EXTERNE else base


def onglets(ici: Genre | None, jour: date) -> list[tuple[str, str, bool]]:
    """Return the ways around: words, address, whether it is this page. ``jour`` is the day they lead to."""
    noms = {Genre.JOUR: _("Jour"), Genre.SEMAINE: _("Semaine"), Genre.MOIS: _("Mois")}
    periodes = [(noms[genre], adresse(periode_de(genre, jour)), genre == ici) for genre in Genre]
    return [(_("Aujourd’hui"), reverse("accueil:pilotage"), ici is None), *periodes]


@acces(Droit.PILOTER)
def aujourdhui(request: HttpRequest) -> HttpResponse:
    """The hall now and the day so far; to htmx and the live signal, its fragment."""
    direct = Direct()
    contexte = {"direct": direct, "onglets": onglets(None, direct.jour - timedelta(days=1))}
    fragment = "#direct" if request.headers.get("HX-Request") else ""
    return render(request, f"accueil/pilotage.html{fragment}", contexte)


@acces(Droit.PILOTER)
def aller(request: HttpRequest, genre: str) -> HttpResponse:
    """Go to the day, week or month that holds ``?jour=`` (yesterday without it)."""
    hier = jour_courant() - timedelta(days=1)
    try:
        jour = date.fromisoformat(request.GET.get("jour") or hier.isoformat())
        if not 2001 <= jour.year <= 2098:
            raise ValueError
    except ValueError:
        raise Invalide(_("Cette date n’existe pas."), que_faire=_("Une date s’écrit par exemple 2026-03-10.")) from None
    if genre not in list(Genre):
        raise Introuvable(_("On pilote par jour, par semaine ou par mois."))
    return redirect(adresse(periode_de(Genre(genre), jour)))


@acces(Droit.PILOTER)
def periode(request: HttpRequest, genre: str, valeur: str) -> HttpResponse:
    """A period as it was published; or why it is not, and how to publish it."""
    quelle, audience = lire_periode(genre, valeur), _audience(request)
    page = Page(quelle, audience)
    contexte: dict[str, Any] = {
        "page": page,
        "periode": quelle,
        "externe": audience == EXTERNE,
        "adresses": {cle: adresse(quelle, cle) for cle in (INTERNE, EXTERNE)},
        "precedente": (adresse(quelle.precedente(), audience), quelle.precedente().titre()),
        "suivante": (adresse(quelle.suivante(), audience), quelle.suivante().titre()),
        "parties": [(adresse(partie, audience), partie.titre()) for partie in quelle.parties()],
        "onglets": onglets(quelle.genre, min(quelle.fin, max(quelle.debut, jour_courant() - timedelta(days=1)))),
        "formes": FORMES,
        "finie": page.figee or est_finie(semaine_de(quelle.debut) if quelle.genre == Genre.JOUR else quelle),
        "a_venir": quelle.debut > jour_courant(),
        "conseils": conseils(page) if page.comptee and audience == INTERNE else [],
    }
    return render(request, "accueil/pilotage_periode.html", contexte)


@acces(Droit.PILOTER, ecrit=True, methodes=("POST",))
def publier(request: HttpRequest, genre: str, valeur: str) -> HttpResponse:
    """Publish a period that is over: its figures are frozen, then shown."""
    quelle = lire_periode(genre, valeur)
    if not figer(semaine_de(quelle.debut) if quelle.genre == Genre.JOUR else quelle, maintenant=timezone.now()):
        raise Refus(
            _("Cette période n’est pas finie, ou sa dernière journée n’est pas close."),
            que_faire=_("Ses chiffres paraîtront le lendemain de son dernier jour."),
        )
    reponse = HttpResponseRedirect(adresse(quelle))
    reponse.status_code = 303
    return reponse


@acces(Droit.PILOTER)
def export(request: HttpRequest, genre: str, valeur: str, tableau: str, forme: str) -> HttpResponse:
    """One table of a published period as a file, for the inside or for the outside."""
    page = Page(lire_periode(genre, valeur), _audience(request))
    feuille = page.feuilles.get(tableau)
    if forme not in FORMES or feuille is None:
        raise Introuvable(_("Ce tableau n’existe pas."), que_faire=_("Revenez à la page de la période."))
    if not page.figee or not feuille:
        raise Introuvable(
            _("Ce tableau n’est pas publié pour cette période."), que_faire=_("Revenez à la page de la période.")
        )
    return exporter(page, feuille, forme)


def _audience(request: HttpRequest) -> str:
    pour = request.GET.get("pour", "")
    if pour not in ("", POUR_EXTERIEUR):
        raise Invalide(_("On ne publie que pour l’intérieur ou pour l’extérieur."))
    return EXTERNE if pour else INTERNE


urlpatterns = [
    path("", aujourdhui, name="pilotage"),
    path("<str:genre>/", aller, name="pilotage_aller"),
    path("<str:genre>/<str:valeur>/", periode, name="pilotage_periode"),
    path("<str:genre>/<str:valeur>/publier/", publier, name="pilotage_publier"),
    path("<str:genre>/<str:valeur>/<str:tableau>.<str:forme>", export, name="pilotage_export"),
]

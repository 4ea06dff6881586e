"""The kiosk: say what brings you, get a number. Three pages, no name, nothing typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import formats, timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accueil import attente
from accueil.forms.borne import TicketForm
from accueil.lectures import PoleDuHall, attente_prevue, poles_du_hall
from accueil.models import Ticket, dans_la_file
from accueil.regles.gestes import PageDHier, nouvelle_cle
from accueil.regles.portes import ouverture_du_pole
from accueil.regles.presence import CodeEpuise
from accueil.regles.tickets import PoleFerme, jeton_du_ticket, prendre_ticket
from cite import appareils, jetons
from cite.droits import Droit, acces
from cite.horaires import Calendrier
from cite.models import Pole, Question, Reglages
from cite.refus import Introuvable, Invalide, Refus
from cite.temps import heure_dite

VISIBLE = timedelta(minutes=2)  # how long the page of a number answers after the tap
MESSAGE_S = 20  # a page that only says something goes back to the start by itself


class QuestionPartie(Introuvable):
    """The question at this address is not asked (any more)."""

    def __init__(self) -> None:
        super().__init__(_("Cette question n’est plus là."), que_faire=_("Choisissez-en une autre."))


@dataclass(frozen=True)
class Choix:
    """A question on the first page, with its pole as it is now."""

    question: Question
    etat: PoleDuHall

    @property
    def phrase(self) -> str:
        return self.question.traduit("phrase")

    @property
    def precision(self) -> str:
        return self.question.traduit("precision")


@acces(Droit.UTILISER_BORNE)
def borne(request: HttpRequest) -> HttpResponse:
    """The first page: the visitor's question. As a fragment, only what changes: open or closed, how many wait."""
    maintenant = timezone.now()
    contexte = les_choix(maintenant)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "accueil/borne.html#etats", contexte)
    reglages = Reglages.lire()
    # In French nothing is to be forgotten: the first page stays.
    return _page(
        request, "borne.html", contexte, reglages, 0 if get_language() == "fr" else reglages.inactivite_borne_s
    )


@acces(Droit.UTILISER_BORNE, ecrit=True, methodes=("GET", "POST"))
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """One question and one big button, which takes the number and shows it."""
    choisie = question_posee(slug)
    if choisie is None:
        return _message(request, QuestionPartie())
    if request.method != "POST":
        return _confirmer(request, choisie)
    try:
        jeton = _prendre(request, choisie)
    except Refus as refus:
        return _confirmer(request, choisie, refus)
    suite = HttpResponseRedirect(reverse("accueil:borne_ticket", args=[jeton]))
    suite.status_code = HTTPStatus.SEE_OTHER
    return suite


@acces(Droit.UTILISER_BORNE)
def ticket(request: HttpRequest, jeton: str) -> HttpResponse:
    """The number, for two minutes. Unknown, forged and expired tokens get one and the same answer."""
    pris = Ticket.objects.filter(jeton_empreinte=jetons.empreinte(jeton), arrivee__gt=timezone.now() - VISIBLE)
    sien = pris.first()
    if sien is None:
        phrase, que_faire = _("Ce numéro n’est plus affiché."), _("Vous l’avez oublié ? Demandez à l’accueil.")
        return _message(request, Refus(phrase, que_faire=que_faire, statut=HTTPStatus.GONE))
    appareil = appareils.appareil_de(request, appareils.BORNE)
    contexte = {
        "ticket": sien,
        "nom": sien.pole.traduit("nom"),
        "jour": _jour_dit(sien.arrivee),
        "heure": heure_dite(sien.arrivee),
        "devant": _en_attente(sien.pole).filter(pk__lt=sien.pk).count(),
        "attente": attente_prevue(sien),
        "suivi": request.build_absolute_uri(reverse("accueil:suivi", args=[jeton])),
        "imprime": appareil is not None and appareil.imprime,
        "imprimable": appareil is None or appareil.imprime,  # a kiosk without a printer offers no paper
    }
    reglages = Reglages.lire()
    reponse = _page(request, "borne_ticket.html", contexte, reglages, reglages.numero_affiche_s)
    reponse["Referrer-Policy"] = "no-referrer"
    return reponse


def les_choix(maintenant: datetime) -> dict[str, Any]:
    """Return what the first page shows: the questions with their poles now, and when a closed Cité opens."""
    questions = Question.posees()
    hall = {etat.pole.pk: etat for etat in poles_du_hall(maintenant, list({q.pole for q in questions}))}
    ferme = not any(etat.ouverture.ouvert for etat in hall.values())
    return {
        "choix": [Choix(q, hall[q.pole_id]) for q in questions],
        "cite": Calendrier.lire().ouverture(None, maintenant).phrase(maintenant) if ferme else "",
    }


def question_posee(slug: str) -> Question | None:
    """Return the question at an address, None when there is none there (any more)."""
    return next((question for question in Question.posees() if question.slug == slug), None)


def _prendre(request: HttpRequest, choisie: Question) -> str:
    """Take the number that the form asks for, and return its token. Raises `Refus`."""
    pole, cle = lire_tap(request, choisie)
    prendre_ticket(pole=pole, question=choisie, cle=cle, langue=get_language() or "fr")
    return jeton_du_ticket(cle)


def lire_tap(request: HttpRequest, choisie: Question) -> tuple[Pole, str]:
    """Return the pole and the key of the number that a form asks for. Raises `Invalide`."""
    form = TicketForm(request.POST)
    if not form.is_valid():
        raise Invalide("")
    return (_accueil() if form.cleaned_data["accueil"] else None) or choisie.pole, form.cleaned_data["cle"]


def _confirmer(request: HttpRequest, choisie: Question, refus: Refus | None = None) -> HttpResponse:
    contexte = une_question(choisie, refus)
    reglages = Reglages.lire()
    statut = refus.statut if refus else HTTPStatus.OK
    return _page(request, "borne_question.html", contexte, reglages, reglages.inactivite_borne_s, statut)


def une_question(choisie: Question, refus: Refus | None = None) -> dict[str, Any]:
    """Return what the page of one question shows.

    A closed pole offers Accueil, and a closed Accueil says when the Cité opens.
    """
    maintenant = timezone.now()
    ouverture = ouverture_du_pole(choisie.pole, maintenant)
    contexte: dict[str, Any] = {
        "phrase": choisie.traduit("phrase"),
        "precision": choisie.traduit("precision"),
        "nom": choisie.pole.traduit("nom"),
        "etat": PoleDuHall(
            choisie.pole,
            ouverture,
            ouverture.phrase(maintenant),
            attendent=_en_attente(choisie.pole).count(),
            attente=attente.lire().nouveaux.get(choisie.pole_id),
        ),
        "cle": nouvelle_cle(),
        "alerte": _alerte(refus) if refus else "",
    }
    if not ouverture.ouvert:
        accueil = None if choisie.pole.est_accueil else _accueil()
        contexte["accueil"] = accueil if accueil and ouverture_du_pole(accueil, maintenant).ouvert else None
        contexte["cite"] = Calendrier.lire().ouverture(None, maintenant)
        contexte["cite_phrase"] = contexte["cite"].phrase(maintenant)
    return contexte


def _alerte(refus: Refus) -> str:
    """Return a refusal in the words of someone who stands at a kiosk and can only touch."""
    match refus:
        case PoleFerme():
            return _("Ce pôle vient de fermer. Aucun numéro n’a été pris.")
        case PageDHier():
            return _("Cette page attendait depuis un autre jour. Touchez encore une fois le bouton.")
        case CodeEpuise():
            return f"{refus.phrase} {refus.garde} {refus.que_faire}"
        case _ignore:
            return _("Votre demande n’est pas arrivée. Touchez encore une fois le bouton.")


def _accueil() -> Pole | None:
    return next((pole for pole in Pole.actifs() if pole.est_accueil), None)


def _en_attente(pole: Pole) -> QuerySet[Ticket]:
    """Return who waits at a pole. Only today's tickets exist: the first request of a day closes the others."""
    return Ticket.objects.filter(dans_la_file(timezone.now()), pole=pole)


def _jour_dit(instant: datetime) -> str:
    """Return the day as people say it; some languages decline the month after a number (``E``), French must not."""
    return formats.date_format(timezone.localdate(instant), "l j F" if get_language() == "fr" else "l j E")


def _message(request: HttpRequest, refus: Refus) -> HttpResponse:
    return _page(request, "borne_message.html", {"refus": refus}, Reglages.lire(), MESSAGE_S, refus.statut)


def _page(
    request: HttpRequest, gabarit: str, contexte: dict[str, Any], reglages: Reglages, retour: int, statut: int = 200
) -> HttpResponse:
    """Render a page of the kiosk, which goes back to the start after ``retour`` seconds (0: it stays)."""
    contexte |= {"reglages": reglages, "depart": _depart(), "retour": retour}
    return render(request, f"accueil/{gabarit}", contexte, status=statut)


@cache
def _depart() -> str:
    """Return the first page, in French: going there forgets the language of the visitor before."""
    with override("fr"):
        return reverse("accueil:borne")


urlpatterns: list[URLPattern] = [
    path("", borne, name="borne"),
    path("ticket/<str:jeton>/", ticket, name="borne_ticket"),
    path("<str:slug>/", question, name="borne_question"),
]

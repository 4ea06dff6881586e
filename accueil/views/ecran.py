"""Écran, the hall's call screen: the ordered log of calls, who waits where, who was missed. It only reads.

A screen tells what it last announced (``?depuis=<rang>&jour=<date>``); the answer then holds every call since that is
still worth saying aloud, in order. `static/js/ecran.js` says them; without a script the page reloads by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _

from accueil import lectures
from accueil.etats import Etat
from accueil.models import Annonce, Appel, Journee
from accueil.regles import presence
from accueil.regles.journee import jour_courant
from accueil.regles.portes import ouvertures
from cite import appareils
from cite.droits import Droit, acces
from cite.models import Appareil, Pole, Reglages
from cite.refus import Interdit, Introuvable

LIGNES = 6  # calls shown
LUS = 60  # calls read to find them: a number called several times is shown once
NEUFS = 3  # shown large at once; each takes the room of one more line
POLES = 10
ABSENTS = 9

MONTRE = timedelta(minutes=30)  # how long a call stays on the log
NEUF = timedelta(seconds=30)  # shown large at least so long…
ATTENDU = timedelta(minutes=3)  # …and as long as the visitor is expected, at most so long; said aloud no later

# Someone absent or waiting again has another place to look at than the desk that called them first.
ENCORE_VRAI = (Etat.APPELE, Etat.EN_ENTRETIEN, Etat.TERMINE)
NOM_COURT = 3  # "4" is said « guichet 4 »; « Accueil » stands alone


@acces(Droit.VOIR_ECRAN)
def ecran(request: HttpRequest, nom: str) -> HttpResponse:
    """Show the calls, the poles, the missed numbers and the announcements; the fragment alone to htmx."""
    propre, appareil = _appareils(request, nom)
    if propre is not None and propre != appareil:
        return _ailleurs(propre, appareil)
    if appareil is None:
        raise _inconnu(nom)
    maintenant = timezone.now()
    jour = jour_courant(maintenant)
    montres = list(appareil.poles.filter(actif=True))
    contexte = {
        "appareil": appareil,
        "maintenant": maintenant,
        "minute": maintenant.replace(second=0, microsecond=0),
        "fuseau": settings.TIME_ZONE,
        "jour": jour,
        **_journal(jour, maintenant, montres, _depuis(request, jour)),
        **_cote(maintenant, montres),
        **_annonces(maintenant),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "accueil/ecran.html#salle", contexte)
    return render(request, "accueil/ecran.html", contexte | _code(request, maintenant))


@acces(Droit.VOIR_ECRAN)
def code(request: HttpRequest, nom: str) -> HttpResponse:
    """The code that lets a telephone take a number: it changes every minute, so it has its own place on the screen."""
    propre, appareil = _appareils(request, nom)
    if appareil is None or (propre is not None and propre != appareil):
        raise _inconnu(nom)
    return render(request, "accueil/ecran_code.html", _code(request, timezone.now()))


def _code(request: HttpRequest, maintenant: datetime) -> dict[str, str]:
    """Return the address in the code of this minute; none while no pole gives numbers."""
    ouvert = any(ouverture.ouvert for ouverture in ouvertures(Pole.actifs(), maintenant).values())
    with override("fr"):
        adresse = request.build_absolute_uri(reverse("accueil:telephone"))
    return {"adresse_du_code": f"{adresse}?p={presence.code_du_moment(maintenant)}" if ouvert else ""}


def _appareils(request: HttpRequest, nom: str) -> tuple[Appareil | None, Appareil | None]:
    """Return the screen that asks, if a paired one does, and the screen that is asked for."""
    propre = None if request.user.is_authenticated else appareils.appareil_de(request, appareils.ECRAN)
    return propre, Appareil.objects.filter(genre=appareils.ECRAN, nom=nom).first()


def _inconnu(nom: str) -> Introuvable:
    return Introuvable(
        _("Aucun écran ne s’appelle « %(nom)s ».") % {"nom": nom},
        que_faire=_("Vérifiez l’adresse, ou demandez à la coordination le nom de cet écran."),
    )


def _ailleurs(propre: Appareil, demande: Appareil | None) -> HttpResponse:
    """Send a paired screen that was renamed to its new address; refuse it another screen's."""
    if demande is None:
        return redirect(reverse("accueil:ecran", args=[propre.nom]))
    raise Interdit(
        _("Cet appareil est l’écran « %(nom)s ».") % {"nom": propre.nom},
        que_faire=_("Son adresse : %(adresse)s") % {"adresse": appareils.surface(propre)},
    )


def _depuis(request: HttpRequest, jour: date) -> int | None:
    """Return the rank after which the screen wants calls: 0 if it remembers another day, None if it asks none."""
    texte = request.GET.get("depuis", "")
    if not (texte.isascii() and texte.isdigit() and len(texte) < 10):
        return None
    return int(texte) if request.GET.get("jour") == jour.isoformat() else 0


# ------------------------------------------------------------------------------------------------ calls
@dataclass(frozen=True)
class Ligne:
    """A call as the screen shows it."""

    appel: Appel
    neuf: bool

    @property
    def taille(self) -> str:
        """Return the room that the desk's name takes: "court" (« guichet 4 »), "trois" (« guichet 104 ») or "long"."""
        longueur = len(self.appel.guichet.nom)
        return "long" if longueur > NOM_COURT else "trois" if longueur == NOM_COURT else "court"


@dataclass(frozen=True)
class Parole:
    """A call to say aloud: its sentence by language, French first."""

    appel: Appel
    phrases: list[tuple[str, str]]


def _journal(jour: date, maintenant: datetime, poles: list[Pole], depuis: int | None) -> dict[str, Any]:
    """Return the lines to show, the calls to say, and the last rank of the day, read first: never behind the calls."""
    rang = Journee.objects.filter(date=jour).values_list("dernier_rang", flat=True).first() or 0
    journal = Appel.objects.filter(
        journee__date=jour, annule=False, instant__gt=maintenant - MONTRE, ticket__etat__in=ENCORE_VRAI
    )
    if poles:
        journal = journal.filter(ticket__pole__in=poles)
    appels = list(journal.select_related("ticket").order_by("-rang")[:LUS])
    lignes = _lignes(appels, maintenant)
    return {
        "lignes": lignes,
        "neufs": sum(ligne.neuf for ligne in lignes),
        "paroles": [] if depuis is None else [Parole(a, _phrases(a)) for a in _a_dire(appels, depuis, maintenant)],
        "rang": max([rang, *(appel.rang for appel in appels)]),
    }


def _lignes(appels: list[Appel], maintenant: datetime) -> list[Ligne]:
    """Return the latest call of each number, newest first, the new ones marked: they leave room for fewer."""
    lignes: list[Ligne] = []
    place, neufs, deja = LIGNES + 1, 0, set()
    for appel in appels:
        if appel.ticket_id in deja:
            continue
        age = maintenant - appel.instant
        neuf = neufs < NEUFS and (age < NEUF or (_attendu(appel) and age < ATTENDU))
        if place < 1 + neuf or len(lignes) == LIGNES:
            break
        deja.add(appel.ticket_id)
        lignes.append(Ligne(appel, neuf))
        neufs, place = neufs + neuf, place - 1 - neuf
    return lignes


def _attendu(appel: Appel) -> bool:
    """Return whether the visitor is still expected where this call sent them."""
    return appel.ticket.etat == Etat.APPELE and appel.ticket.guichet_id == appel.guichet_id


def _a_dire(appels: list[Appel], depuis: int, maintenant: datetime) -> list[Appel]:
    a_dire = (a for a in appels if a.rang > depuis and _attendu(a) and maintenant - a.instant < ATTENDU)
    return sorted(a_dire, key=lambda appel: appel.rang)


def _phrases(appel: Appel) -> list[tuple[str, str]]:
    """Return what the voice says, in French, then in the visitor's language where it is translated."""
    francais = _phrase(appel, "fr")
    autre = _phrase(appel, appel.ticket.langue)
    return [("fr", francais)] if autre == francais else [("fr", francais), (appel.ticket.langue, autre)]


def _phrase(appel: Appel, langue: str) -> str:
    nom = appel.guichet.nom
    with override(langue):
        mots = {
            "lettre": appel.ticket.pole_numero.lettre,
            "numero": appel.ticket.numero,  # without its zeros: voices read « quarante et un »
            "lieu": nom if len(nom) > NOM_COURT else _("guichet %(nom)s") % {"nom": nom},
        }
        if appel.rappel:
            return _("Rappel. Numéro %(lettre)s, %(numero)d, %(lieu)s.") % mots
        return _("Numéro %(lettre)s, %(numero)d, %(lieu)s.") % mots


# ------------------------------------------------------------------------------------------------ beside the calls
def _cote(maintenant: datetime, poles: list[Pole]) -> dict[str, Any]:
    """Return the poles with the opening they share, if they share one, and the missed numbers; capped, and said so."""
    hall = lectures.poles_du_hall(maintenant, poles or None)
    absents = lectures.absents(maintenant, poles or None)
    phrases = {p.phrase for p in hall if p.ouverture.ouvert}
    return {
        "poles": [{"vu": vu, "nom": vu.pole.traduit("nom_court")} for vu in hall[:POLES]],
        "poles_de_plus": len(hall[POLES:]),
        "ouverture_commune": phrases.pop() if len(phrases) == 1 else "",
        "absents": absents[:ABSENTS],
        "absents_de_plus": len(absents[ABSENTS:]),
    }


def _annonces(maintenant: datetime) -> dict[str, Any]:
    """Return the announcements, the newest first, and their translations in the languages of the place."""
    annonces = lectures.annonces_en_cours(maintenant)[::-1]
    long = any(len(annonce.message.texte) > 85 for annonce in annonces)
    return {"annonces": annonces, "annonces_a_la_fois": 1 if long else 2, "traductions": _traductions(annonces)}


def _traductions(annonces: list[Annonce]) -> list[dict[str, str]]:
    langues = Reglages.lire().langues if annonces else []
    codes = [code for code, _nom in settings.LANGUAGES if code != "fr" and (not langues or code in langues)]
    return [
        {"langue": code, "sens": "rtl" if get_language_info(code)["bidi"] else "ltr", "texte": textes["texte"]}
        for annonce in annonces
        for code in codes
        if (textes := annonce.message.traductions.get(code, {})).get("texte")
    ]


urlpatterns: list[URLPattern] = [
    path("<slug:nom>/", ecran, name="ecran"),
    path("<slug:nom>/code/", code, name="ecran_code"),
]

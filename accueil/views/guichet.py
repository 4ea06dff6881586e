"""The advisor's desk: one visitor, one main gesture, the hall beside.

Charter, principle 4: the database never links an agent and a desk. Whoever holds the browser's signed cookie
holds the desk; the row keeps only the hash of its token. Every gesture is one POST with its own key; htmx gets
the whole desk back in the answer, a browser without JavaScript gets a 303 to the desk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accueil import lectures
from accueil.etats import DANS_LE_HALL, Etat
from accueil.forms.guichet import OuvrirForm, lire_numero, lire_poles, lire_themes, lire_ticket
from accueil.models import GuichetOuvert, Ticket, Transition
from accueil.regles import annulation, appels, entretiens
from accueil.regles import guichets as regles_guichets
from accueil.regles.appels import PersonneNAttend, visiteur_du_guichet
from accueil.regles.gestes import DejaChange
from accueil.views import guichet_page
from cite.droits import Droit, acces
from cite.models import Pole, Theme
from cite.refus import Interdit, Introuvable, Invalide, Refus

COOKIE = "guichet"
EN_MAIN = Droit.TENIR_GUICHET


# ------------------------------------------------------------------------------------------------ the cookie
def _signataire() -> signing.Signer:
    return signing.Signer(salt="guichet")


def _lire_cookie(request: HttpRequest) -> tuple[int, str]:
    """Return the desk and the token of the signed cookie; (0, "") without one, or with a forged one."""
    try:
        pk, _deux_points, jeton = _signataire().unsign(request.COOKIES.get(COOKIE, "")).partition(":")
    except signing.BadSignature:
        return 0, ""
    return int(pk), jeton


def _poser_cookie(reponse: HttpResponse, poste: GuichetOuvert, jeton: str) -> None:
    valeur = _signataire().sign(f"{poste.guichet_id}:{jeton}")
    reponse.set_cookie(COOKIE, valeur, httponly=True, secure=settings.HTTPS, samesite="Lax")


def _poste(request: HttpRequest, pk: int) -> GuichetOuvert:
    """Return the desk ``pk`` if this browser holds it. Raises `Interdit`, whatever the reason, with one sentence."""
    tenu, jeton = _lire_cookie(request)
    return regles_guichets.poste_du_jeton(tenu if tenu == pk else 0, jeton)


def _poste_tenu(request: HttpRequest) -> GuichetOuvert | None:
    tenu, jeton = _lire_cookie(request)
    try:
        return regles_guichets.poste_du_jeton(tenu, jeton) if tenu else None
    except Interdit:
        return None


# ------------------------------------------------------------------------------------------------ choosing a desk
@acces(EN_MAIN, ecrit=True, methodes=("GET", "POST"))
def guichets(request: HttpRequest) -> HttpResponse:
    """Choose a desk and the poles it serves; sit down."""
    tenu = _poste_tenu(request)
    guichets_, poles = lectures.guichets(), Pole.actifs()
    refus = None
    if request.method == "POST":
        form = OuvrirForm(request.POST, guichets=guichets_, poles=poles)
        try:
            poste, jeton = _ouvrir(form, tenu)
        except Refus as refus_:
            refus = refus_
        else:
            reponse = _vers(poste)
            _poser_cookie(reponse, poste, jeton)
            return reponse
    choisi = request.POST or request.GET
    contexte = guichet_page.choix(
        choisi, guichets_, poles, tenu=tenu, pris=isinstance(refus, regles_guichets.GuichetPris)
    )
    return render(request, "accueil/guichets.html", contexte | {"refus": refus}, status=refus.statut if refus else 200)


def _ouvrir(form: OuvrirForm, tenu: GuichetOuvert | None) -> tuple[GuichetOuvert, str]:
    """Open the chosen desk and leave the one held until now: both, or neither. A visitor there refuses it."""
    choix = form.exiger()
    with transaction.atomic():
        if tenu is not None:
            regles_guichets.fermer_guichet(poste=tenu)
        return regles_guichets.ouvrir_guichet(**choix)


# ------------------------------------------------------------------------------------------------ the desk
@acces(EN_MAIN, methodes=("GET", "POST"))
def guichet(request: HttpRequest, pk: int) -> HttpResponse:
    """The desk as it is now. A POST changes nothing: it shows a step (``etape``) and keeps what is ticked."""
    try:
        poste = _poste(request, pk)
    except Interdit as refus:
        return _perdu(request, refus)
    donnees = request.POST if request.method == "POST" else request.GET
    return _rendre(request, poste, etape=donnees.get("etape", ""))


def _rendre(request: HttpRequest, poste: GuichetOuvert, **plus: Any) -> HttpResponse:
    """Return the desk: the page, the live list alone for `signal.js`, or the scene after a gesture (htmx).

    The scene leaves the list out: the gesture's own signal has it refetched at once.
    """
    maintenant, refus, geste = timezone.now(), plus.get("refus"), plus.get("geste")
    # Whoever the desk has now is known from the move just made: the database is not asked again.
    visiteur = visiteur_du_guichet(poste) if geste is None else geste.ticket if geste.ticket.guichet_id else None
    donnees = request.POST if request.method == "POST" else request.GET
    if request.htmx and request.htmx.target == "guichet-attente":  # type: ignore[attr-defined]
        contexte = guichet_page.cote(poste, donnees, maintenant, visiteur)
        return render(request, "accueil/guichet_attente.html", contexte)
    contexte, gabarit = guichet_page.bureau(poste, visiteur, donnees, maintenant, **plus), "accueil/guichet.html#scene"
    if not request.htmx:  # type: ignore[attr-defined]
        contexte, gabarit = guichet_page.cote(poste, donnees, maintenant, visiteur) | contexte, "accueil/guichet.html"
    return render(request, gabarit, contexte, status=refus.statut if refus else 200)


def _perdu(request: HttpRequest, refus: Refus) -> HttpResponse:
    gabarit = "accueil/guichet_perdu.html#scene" if request.htmx else "accueil/guichet_perdu.html"  # type: ignore[attr-defined]
    return render(request, gabarit, {"refus": refus}, status=refus.statut)


def _vers(poste: GuichetOuvert, donnees: QueryDict | None = None) -> HttpResponse:
    """Return a 303 to the desk. While the same interview goes on, what is ticked travels along."""
    adresse = reverse("accueil:guichet", args=[poste.guichet_id])
    if donnees and "themes" in donnees:
        visiteur = visiteur_du_guichet(poste)
        if visiteur is not None and donnees.get("ticket") == str(visiteur.pk):
            adresse += "?" + urlencode({"ticket": visiteur.pk, "themes": donnees.getlist("themes")}, doseq=True)
    return HttpResponseRedirect(adresse, status=303)


@dataclass(frozen=True)
class Fait:
    """What a gesture did: the sentence that is read aloud, and the ticket that it moved."""

    phrase: str
    ticket: Ticket | None = None

    @property
    def geste(self) -> Transition | None:
        """Return the move just made, None when a retry found it made before."""
        return self.ticket.geste if self.ticket else None


type_geste = Callable[..., Fait | HttpResponse]


def _geste(*methodes: str) -> Callable[[type_geste], Callable[..., HttpResponse]]:
    """Make a view of a gesture: the desk of the cookie, one call to the rules, the desk as it then is.

    A refusal is shown in place, with its status, and nothing that was ticked is lost.
    """

    def decore(geste: type_geste) -> Callable[..., HttpResponse]:
        @acces(EN_MAIN, ecrit=True, methodes=methodes or ("POST",))
        @wraps(geste)
        def vue(request: HttpRequest, pk: int, **champs: Any) -> HttpResponse:
            try:
                poste = _poste(request, pk)
            except Interdit as refus:
                return _perdu(request, refus)
            try:
                fait = geste(request, poste, **champs)
            except Refus as refus:
                return _rendre(request, poste, refus=refus, etape=request.POST.get("etape", ""))
            if isinstance(fait, HttpResponse):
                return fait
            if request.htmx:  # type: ignore[attr-defined]
                return _rendre(request, poste, annonce=fait.phrase, geste=fait.geste)
            return _vers(poste, request.POST)

        return vue

    return decore


def _cle(request: HttpRequest) -> str:
    return request.POST.get("cle", "")


def _themes(request: HttpRequest) -> list[Theme]:
    themes, autre_chose = lire_themes(request.POST, Theme.objects.filter(actif=True))
    if autre_chose:
        raise Invalide(
            _("Un des thèmes n’est plus proposé."),
            garde=_("L’entretien continue, les autres thèmes restent cochés."),
            que_faire=_("Vérifiez les thèmes, puis recommencez."),
        )
    return themes


# ------------------------------------------------------------------------------------------------ gestures: calling
@_geste()
def appeler(request: HttpRequest, poste: GuichetOuvert) -> Fait:
    """Call the next visitor of the poles served."""
    ticket = appels.appeler_suivant(poste=poste, cle=_cle(request))
    return Fait(_("Le %(numero)s est appelé.") % {"numero": ticket.libelle}, ticket)


@_geste("GET", "POST")
def numero(request: HttpRequest, poste: GuichetOuvert) -> Fait | HttpResponse:
    """Call one given number: GET finds it and asks to confirm, POST calls it."""
    if request.method != "POST":
        _exiger_libre(poste)
        return _rendre(request, poste, etape="numero", demande=_trouver(request.GET.get("numero", "")))
    ticket = appels.appeler_numero(poste=poste, ticket_id=lire_ticket(request.POST), cle=_cle(request))
    return Fait(_("Le %(numero)s est appelé.") % {"numero": ticket.libelle}, ticket)


def _exiger_libre(poste: GuichetOuvert) -> None:
    if (visiteur := visiteur_du_guichet(poste)) is not None:
        raise DejaChange(_("Vous recevez déjà le %(numero)s.") % {"numero": visiteur.libelle})


def _trouver(saisie: str) -> Ticket:
    lettre, numero_ = lire_numero(saisie)
    du_jour = lectures.tickets_du_jour(timezone.now())
    ticket = du_jour.filter(pole_numero__lettre=lettre, numero=numero_).first()
    dit = {"numero": f"{lettre} {numero_:03d}"}
    if ticket is None:
        raise Introuvable(_("Le %(numero)s n’existe pas aujourd’hui.") % dit)
    if ticket.etat not in DANS_LE_HALL:
        etat = {"etat": Etat(ticket.etat).label}
        raise DejaChange(_("Le %(numero)s est « %(etat)s » : il ne peut pas être appelé.") % (dit | etat))
    return ticket


@_geste()
def rappeler(request: HttpRequest, poste: GuichetOuvert) -> Fait:
    """Call the visitor again, not too soon and not too often."""
    ticket = appels.rappeler(poste=poste, ticket_id=lire_ticket(request.POST), cle=_cle(request))
    return Fait(_("Le %(numero)s est rappelé.") % {"numero": ticket.libelle}, ticket)


@_geste()
def absent(request: HttpRequest, poste: GuichetOuvert) -> Fait:
    """Say that the visitor did not come."""
    ticket = appels.signaler_absent(poste=poste, ticket_id=lire_ticket(request.POST), cle=_cle(request))
    return Fait(_("Le %(numero)s est absent : sa place est gardée.") % {"numero": ticket.libelle}, ticket)


# ------------------------------------------------------------------------------------------------ gestures: interview
@_geste()
def commencer(request: HttpRequest, poste: GuichetOuvert) -> Fait:
    """The visitor is there: the interview begins."""
    ticket = entretiens.commencer(poste=poste, ticket_id=lire_ticket(request.POST), cle=_cle(request))
    return Fait(_("L’entretien avec le %(numero)s commence.") % {"numero": ticket.libelle}, ticket)


def _terminer(request: HttpRequest, poste: GuichetOuvert) -> Fait:
    ticket = entretiens.terminer(
        poste=poste, ticket_id=lire_ticket(request.POST), cle=_cle(request), themes=_themes(request)
    )
    return Fait(_("L’entretien du %(numero)s est terminé.") % {"numero": ticket.libelle}, ticket)


@_geste()
def terminer(request: HttpRequest, poste: GuichetOuvert) -> Fait:
    """End the interview and note its themes."""
    return _terminer(request, poste)


@_geste()
def enchainer(request: HttpRequest, poste: GuichetOuvert) -> Fait:
    """End the interview, then call the next visitor: two calls to the rules, two keys. The end holds anyway."""
    termine = _terminer(request, poste)
    try:
        ticket = appels.appeler_suivant(poste=poste, cle=guichet_page.suite(_cle(request)))
    except PersonneNAttend as refus:
        return Fait(f"{termine.phrase} {refus.phrase}", termine.ticket)
    except Refus as refus:
        refus.garde = termine.phrase
        raise
    return Fait(f"{termine.phrase} " + _("Le %(numero)s est appelé.") % {"numero": ticket.libelle}, ticket)


@_geste()
def passer(request: HttpRequest, poste: GuichetOuvert, code: str) -> Fait:
    """Pass the visitor on to another pole, keeping number and arrival."""
    pole = Pole.objects.filter(code=code, actif=True).first()
    if pole is None:
        raise Invalide(_("Ce pôle n’est plus proposé."), garde=_("Rien n’a été changé."))
    ticket = entretiens.passer(
        poste=poste, ticket_id=lire_ticket(request.POST), pole=pole, cle=_cle(request), themes=_themes(request)
    )
    phrase = _("Le %(numero)s attend maintenant au pôle %(pole)s.")
    return Fait(phrase % {"numero": ticket.libelle, "pole": ticket.pole.nom_court}, ticket)


@_geste()
def annuler(request: HttpRequest, poste: GuichetOuvert, geste_id: int) -> Fait:
    """Undo the last gesture of the desk."""
    ticket = annulation.annuler(geste_id=geste_id, cle=_cle(request), poste=poste)
    etat = {"numero": ticket.libelle, "etat": Etat(ticket.etat).label}
    return Fait(_("C’est annulé : le %(numero)s est de nouveau « %(etat)s ».") % etat)


# ------------------------------------------------------------------------------------------------ gestures: the desk
@_geste()
def pause(request: HttpRequest, poste: GuichetOuvert) -> Fait | HttpResponse:
    """Pause the desk or end the pause; with a visitor there, ask first."""
    voulu = request.POST.get("en_pause", "")
    if voulu not in ("oui", "non", "confirme"):
        raise Invalide(_("Ce geste est incomplet."), que_faire=_("Rechargez la page et recommencez."))
    if voulu == "oui" and visiteur_du_guichet(poste) is not None:
        return _rendre(request, poste, etape="pause")
    regles_guichets.regler_pause(poste=poste, en_pause=voulu != "non")
    return Fait(_("Le guichet est en pause.") if poste.en_pause else _("La pause est finie."))


@_geste()
def poles(request: HttpRequest, poste: GuichetOuvert) -> Fait:
    """Change the poles that the desk serves."""
    regles_guichets.servir(poste=poste, poles=lire_poles(request.POST, Pole.objects.filter(actif=True)))
    return Fait(_("Les pôles servis ont changé."))


@_geste()
def fermer(request: HttpRequest, poste: GuichetOuvert) -> HttpResponse:
    """Leave the desk, and come back to the choice, ready to open the same one again."""
    choix = [("guichet", str(poste.guichet_id)), *(("poles", pole.code) for pole in poste.poles_servis)]
    regles_guichets.fermer_guichet(poste=poste)
    messages.success(request, _("Le guichet %(nom)s est fermé.") % {"nom": poste.guichet.nom})
    adresse = f"{reverse('accueil:guichets')}?{urlencode(choix)}"
    reponse: HttpResponse = (
        HttpResponseClientRedirect(adresse) if request.htmx else HttpResponseRedirect(adresse, status=303)  # type: ignore[attr-defined]
    )
    reponse.delete_cookie(COOKIE, samesite="Lax")
    return reponse


urlpatterns = [
    path("", guichets, name="guichets"),
    path("<int:pk>/", guichet, name="guichet"),
    path("<int:pk>/appeler/", appeler, name="guichet_appeler"),
    path("<int:pk>/numero/", numero, name="guichet_numero"),
    path("<int:pk>/rappeler/", rappeler, name="guichet_rappeler"),
    path("<int:pk>/absent/", absent, name="guichet_absent"),
    path("<int:pk>/commencer/", commencer, name="guichet_commencer"),
    path("<int:pk>/terminer/", terminer, name="guichet_terminer"),
    path("<int:pk>/terminer/suivant/", enchainer, name="guichet_enchainer"),
    path("<int:pk>/passer/<slug:code>/", passer, name="guichet_passer"),
    path("<int:pk>/annuler/<int:geste_id>/", annuler, name="guichet_annuler"),
    path("<int:pk>/pause/", pause, name="guichet_pause"),
    path("<int:pk>/poles/", poles, name="guichet_poles"),
    path("<int:pk>/fermer/", fermer, name="guichet_fermer"),
]

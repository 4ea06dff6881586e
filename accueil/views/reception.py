"""The reception: the whole hall on one page, and every gesture of whoever keeps it.

One view makes the page and its live fragment. Each gesture is a POST that makes one call to the rules, then
shows the hall again: 303 without htmx, the fragment with it, and a refusal in place with its own status.

A fragment with nothing new to say is the same to the letter, so that a live refresh moves nothing under a
finger: the key of each tap is derived from the page (``p``, drawn when it is first loaded) and from the last
move of the journal, and htmx sends the CSRF token of the page itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import replace_url

from accueil import lectures
from accueil.etats import DANS_LE_HALL, FINIS, Action
from accueil.forms import reception as formulaires
from accueil.models import Ticket
from accueil.regles import annulation, portes, tickets
from accueil.regles.gestes import verifier_cle
from accueil.regles.journee import jour_courant
from accueil.views.reception_hall import Hall, dire
from cite import jetons
from cite.droits import Droit, acces
from cite.models import Pole
from cite.refus import Introuvable, Refus
from cite.temps import heure_dite

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    class Requete(HttpRequest):
        htmx: HtmxDetails

else:
    Requete = HttpRequest

PAGE = re.compile(r"[A-Za-z0-9_-]{22}")  # what `jetons.nouveau` draws
TICKET = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class Vue:
    """What one answer shows beside the hall itself."""

    choisi: int | None = None
    retirer: bool = False  # asks before it takes the chosen ticket out of the queue
    cherche: str = ""
    trouves: tuple[Ticket, ...] = ()
    refus: Refus | None = None
    donner: formulaires.DonnerForm | None = None
    statut: int = 200


# ------------------------------------------------------------------------------------------------ answers
class VoirAilleurs(HttpResponseRedirect):
    """After a POST: see the hall."""

    status_code = 303


def _adresse(**parametres: object) -> str:
    donnes = {nom: valeur for nom, valeur in parametres.items() if valeur}
    return reverse("accueil:reception") + (f"?{urlencode(donnes)}" if donnes else "")


def _montrer(request: Requete, vue: Vue) -> HttpResponse:
    """Answer with the hall: the page, or its fragment to htmx."""
    vivante = PAGE.fullmatch(request.GET.get("p", ""))  # a live refresh: always 200, so that the page goes on living
    hall = Hall(page=vivante[0] if vivante else jetons.nouveau())
    choisi = hall.choisir(vue.choisi)
    refus, statut = vue.refus, vue.statut
    if vue.choisi and choisi is None and refus is None:
        refus = Introuvable(_("Ce numéro n’existe plus."), que_faire=_("Il était peut-être d’une journée déjà close."))
        statut = refus.statut
    adresse: dict[str, object] = {
        "ticket": choisi and choisi.ticket.pk,
        "retirer": vue.retirer and choisi and "oui",
        "numero": vue.trouves and vue.cherche,
    }
    contexte = {
        "hall": hall,
        "choisi": choisi,
        "devant": hall.devant(choisi) if choisi and choisi.ticket.etat in DANS_LE_HALL else 0,
        "cle": {geste: hall.cle(f"{geste}:{choisi and choisi.ticket.pk}") for geste in GESTES},
        "retirer": vue.retirer,
        "trouves": vue.trouves,
        "cherche": vue.cherche,
        "refus": refus,
        "donner": vue.donner or formulaires.DonnerForm(),
        "portes": portes.Porte.choices,
        "adresse": _adresse(**adresse),
        "adresse_vive": _adresse(**adresse, p=hall.page),
        "fragment": bool(request.htmx),
        "vivante": bool(vivante),
    }
    gabarit = "accueil/reception.html#hall" if request.htmx else "accueil/reception.html"
    reponse = render(request, gabarit, contexte, status=200 if vivante else statut)
    return replace_url(reponse, _adresse(**adresse)) if request.htmx else reponse


@dataclass(frozen=True)
class Fait:
    """What a gesture did: the sentence that says it, and the ticket to keep in view."""

    phrase: str
    ticket: Ticket | None = None
    donne: bool = False


GESTES = ("presence", "priorite", "deplacer", "retirer", "annuler", "donner", "lieu")
type_geste = Callable[..., Fait]


def geste(regle: type_geste) -> Callable[..., HttpResponse]:
    """Make a view of a gesture: do it, then show the hall, or show the hall with the refusal."""

    @wraps(regle)
    def vue(request: Requete, *args: object, **kwargs: int) -> HttpResponse:
        try:
            fait = regle(request, *args, **kwargs)
        except Refus as refus:
            donner = formulaires.DonnerForm(request.POST)
            choisi = kwargs.get("ticket_id")
            return _montrer(request, Vue(choisi=choisi, refus=refus, donner=donner, statut=refus.statut))
        choisi = fait.ticket.pk if fait.ticket and fait.ticket.etat not in FINIS else None
        if not request.htmx:
            messages.success(request, fait.phrase)
            return VoirAilleurs(_adresse(ticket=choisi) + ("#panneau" if choisi else "#hall"))
        reponse = _montrer(request, Vue(choisi=choisi))
        if fait.ticket and fait.donne:
            # A header, not an htmx event: the button that asked may be gone by the time the answer comes.
            reponse["X-Imprimer"] = reverse("accueil:reception_imprimer", args=[fait.ticket.pk])
        return reponse

    return vue


# ------------------------------------------------------------------------------------------------ views
@acces(Droit.TENIR_ACCUEIL)
def reception(request: Requete) -> HttpResponse:
    """The hall. ``?ticket=`` shows one visitor and what can be done, ``?numero=`` finds by number."""
    try:
        if request.GET.get("numero", "").strip():
            return _chercher(request)
        choisi = _choisi(request.GET.get("ticket", ""))
    except Refus as refus:
        return _montrer(request, Vue(refus=refus, cherche=request.GET.get("numero", ""), statut=refus.statut))
    return _montrer(request, Vue(choisi=choisi, retirer="retirer" in request.GET))


def _choisi(ticket: str) -> int | None:
    if ticket and not TICKET.fullmatch(ticket):
        raise Introuvable(_("Ce numéro n’existe pas."), que_faire=_("Choisissez-le dans la liste."))
    return int(ticket) if ticket else None


def _chercher(request: Requete) -> HttpResponse:
    """Show the ticket with a typed number, or those to choose from. Raises `Introuvable`."""
    numero = formulaires.lire(formulaires.NumeroForm(request.GET))["numero"]
    du_jour = lectures.tickets_du_jour(timezone.now()).filter(numero=numero.numero)
    trouves = tuple(du_jour.filter(pole_numero__lettre=numero.lettre) if numero.lettre else du_jour)
    if not trouves:
        raise Introuvable(
            _("Aucun numéro %(numero)s aujourd’hui.") % {"numero": numero},
            que_faire=_("Regardez le numéro sur le ticket : une lettre, puis des chiffres."),
        )
    if len(trouves) > 1:
        return _montrer(request, Vue(trouves=trouves, cherche=str(numero)))
    if not request.htmx:
        return redirect(_adresse(ticket=trouves[0].pk) + "#panneau")
    return _montrer(request, Vue(choisi=trouves[0].pk))


@acces(Droit.TENIR_ACCUEIL, ecrit=True, methodes=("POST",))
@geste
def donner(request: Requete) -> Fait:
    """Give the next number of a pole, open or not: the reception decides."""
    choix = formulaires.lire(formulaires.DonnerForm(request.POST))
    ticket = tickets.prendre_ticket(
        pole=choix["pole"], question=choix["question"], langue=choix["langue"], cle=_cle(request), par_accueil=True
    )
    return Fait(_("Numéro %(numero)s donné.") % {"numero": ticket.libelle}, ticket, donne=True)


def _cle(request: Requete) -> str:
    return request.POST.get("cle", "")


def _dit(action: Action, ticket: Ticket) -> Fait:
    return Fait(dire(action, ticket, ticket.guichet, ticket.pole) + ".", ticket)


@acces(Droit.TENIR_ACCUEIL, ecrit=True, methodes=("POST",))
@geste
def mettre_en_pause(request: Requete, ticket_id: int) -> Fait:
    return _dit(Action.METTRE_EN_PAUSE, tickets.mettre_en_pause(ticket_id=ticket_id, cle=_cle(request)))


@acces(Droit.TENIR_ACCUEIL, ecrit=True, methodes=("POST",))
@geste
def reprendre(request: Requete, ticket_id: int) -> Fait:
    return _dit(Action.REPRENDRE, tickets.reprendre(ticket_id=ticket_id, cle=_cle(request)))


@acces(Droit.TENIR_ACCUEIL, ecrit=True, methodes=("POST",))
@geste
def ramener(request: Requete, ticket_id: int) -> Fait:
    return _dit(Action.RAMENER, tickets.ramener(ticket_id=ticket_id, cle=_cle(request)))


@acces(Droit.TENIR_ACCUEIL, ecrit=True, methodes=("POST",))
@geste
def retirer(request: Requete, ticket_id: int) -> Fait:
    return _dit(Action.RETIRER, tickets.retirer(ticket_id=ticket_id, cle=_cle(request)))


@acces(Droit.TENIR_ACCUEIL, ecrit=True, methodes=("POST",))
@geste
def prioriser(request: Requete, ticket_id: int) -> Fait:
    priorite = formulaires.lire(formulaires.PrioriteForm(request.POST))["priorite"]
    ticket = tickets.prioriser(ticket_id=ticket_id, cle=_cle(request), priorite=priorite)
    return _dit(Action.PRIORISER if priorite else Action.DEPRIORISER, ticket)


@acces(Droit.TENIR_ACCUEIL, ecrit=True, methodes=("POST",))
@geste
def deplacer(request: Requete, ticket_id: int) -> Fait:
    pole = formulaires.lire(formulaires.DeplacerForm(request.POST))["pole"]
    return _dit(Action.DEPLACER, tickets.deplacer(ticket_id=ticket_id, pole=pole, cle=_cle(request)))


@acces(Droit.TENIR_ACCUEIL, ecrit=True, methodes=("POST",))
@geste
def annuler(request: Requete) -> Fait:
    """Undo the last gesture of the reception, the one that the page names."""
    geste_id = formulaires.lire(formulaires.AnnulerForm(request.POST))["geste"]
    return _dit(Action.ANNULER, annulation.annuler(geste_id=geste_id, cle=_cle(request)))


@acces(Droit.TENIR_ACCUEIL, ecrit=True, methodes=("POST",))
@geste
def regler_porte(request: Requete, code: str) -> Fait:
    """Open or close a pole for today, or give it back to its hours."""
    verifier_cle(_cle(request), jour_courant())
    pole = Pole.objects.filter(code=code).first()
    if pole is None:
        raise Introuvable(_("Ce pôle n’existe pas."), garde=_("Rien n’a été changé."))
    porte = formulaires.lire(formulaires.PorteForm(request.POST))["porte"]
    portes.regler_porte(pole=pole, porte=porte)
    dits = {portes.Porte.OUVERTE: _("%(pole)s est ouvert."), portes.Porte.FERMEE: _("%(pole)s est fermé.")}
    return Fait(dits.get(porte, _("%(pole)s suit ses horaires.")) % {"pole": pole.traduit("nom_court")})


@acces(Droit.TENIR_ACCUEIL, ecrit=True, methodes=("POST",))
@geste
def annoncer(request: Requete) -> Fait:
    verifier_cle(_cle(request), jour_courant())
    message = formulaires.lire(formulaires.AnnonceForm(request.POST))["message"]
    portes.annoncer(message=message)
    minutes = ngettext("Annonce affichée %(n)d minute.", "Annonce affichée %(n)d minutes.", message.minutes)
    return Fait(minutes % {"n": message.minutes})


@acces(Droit.TENIR_ACCUEIL, ecrit=True, methodes=("POST",))
@geste
def retirer_annonce(request: Requete) -> Fait:
    verifier_cle(_cle(request), jour_courant())
    portes.retirer_annonce(message=formulaires.lire(formulaires.AnnonceForm(request.POST))["message"])
    return Fait(_("Annonce retirée des écrans."))


@acces(Droit.TENIR_ACCUEIL)
def imprimer(request: Requete, ticket_id: int) -> HttpResponse:
    """The paper of a ticket, in its visitor's language; alone for the page that prints it by itself."""
    ticket = lectures.tickets_du_jour(timezone.now()).filter(pk=ticket_id).first()
    if ticket is None:
        raise Introuvable(_("Ce numéro n’existe plus."), que_faire=_("Il était peut-être d’une journée déjà close."))
    gabarit = "accueil/reception_ticket.html#papier" if request.htmx else "accueil/reception_ticket.html"
    with translation.override(ticket.langue):
        nom, heure = ticket.pole.traduit("nom"), heure_dite(ticket.arrivee)
        suivi = request.build_absolute_uri(reverse("accueil:suivi", args=[tickets.jeton_retrouve(ticket)]))
    return render(request, gabarit, {"ticket": ticket, "nom": nom, "heure": heure, "suivi": suivi})


urlpatterns = [
    path("", reception, name="reception"),
    path("donner/", donner, name="reception_donner"),
    path("annuler/", annuler, name="reception_annuler"),
    path("ticket/<int:ticket_id>/pause/", mettre_en_pause, name="reception_pause"),
    path("ticket/<int:ticket_id>/reprendre/", reprendre, name="reception_reprendre"),
    path("ticket/<int:ticket_id>/ramener/", ramener, name="reception_ramener"),
    path("ticket/<int:ticket_id>/retirer/", retirer, name="reception_retirer"),
    path("ticket/<int:ticket_id>/priorite/", prioriser, name="reception_priorite"),
    path("ticket/<int:ticket_id>/deplacer/", deplacer, name="reception_deplacer"),
    path("ticket/<int:ticket_id>/imprimer/", imprimer, name="reception_imprimer"),
    path("porte/<slug:code>/", regler_porte, name="reception_porte"),
    path("annonce/", annoncer, name="reception_annoncer"),
    path("annonce/retirer/", retirer_annonce, name="reception_retirer_annonce"),
]

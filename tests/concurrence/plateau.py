"""What a test does to a real place: prepare it, move its visitors, read it. Run in the process of `regie`."""

from __future__ import annotations

from collections import Counter
from datetime import time, timedelta
from time import sleep
from time import time as instant
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from accueil.etats import Action, Etat
from accueil.models import Appel, Entretien, Guichet, GuichetOuvert, Journee, MessageAnnonce, Ticket, Transition
from accueil.regles import annulation, appels, entretiens, guichets, portes, presence, tickets
from accueil.regles.gestes import nouvelle_cle
from accueil.regles.journee import cloturer_journee
from accueil.views.guichet import _poser_cookie
from cite import appareils, memoire
from cite.droits import Role
from cite.models import Agent, Appareil, Pole, Reglages
from tests.lieu import amorcer_lieu


# ------------------------------------------------------------------------------------------------ the place
def preparer(desks: int = 6) -> None:
    """Seed the place, open it all day long, with so many desks."""
    amorcer_lieu()
    Guichet.objects.bulk_create(Guichet(nom=str(n), ordre=n) for n in range(Guichet.objects.count() + 1, desks + 1))


def regler(**champs: Any) -> None:
    Reglages.objects.update_or_create(pk=1, defaults=champs)


def basculer(fait: bool) -> None:
    """Put the place on the day before, whose evening goes on until midnight; or let the day change."""
    regler(heure_bascule=time(0) if fait else time(23, 59, 59))
    sleep(memoire.DUREE_S + 0.1)  # the server may go on with the settings of before for so long


def appareil(nom: str, genre: str = "ecran") -> dict[str, str]:
    """Pair a device and return its cookie."""
    appareil_, _ = Appareil.objects.get_or_create(nom=nom, defaults={"genre": genre})
    appareil_, jeton = appareils.appairer(appareils.preparer_appairage(appareil_))
    reponse = HttpResponse()
    appareils.poser_cookie(reponse, appareil_, jeton, securise=False)
    return {nom: morceau.value for nom, morceau in reponse.cookies.items()}


def tenir(guichets_: int) -> list[dict[str, Any]]:
    """Sit an advisor at each of so many desks, all poles served; return desks and cookies."""
    return [_tenir(guichet) for guichet in Guichet.objects.order_by("ordre", "pk")[:guichets_]]


def _tenir(guichet: Guichet) -> dict[str, Any]:
    agent = Agent.objects.create_user(f"essai-{guichet.pk}")
    agent.groups.add(Group.objects.get(name=Role.CONSEIL))
    session = SessionStore()
    session[SESSION_KEY] = str(agent.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.save()
    poste, jeton = guichets.ouvrir_guichet(guichet=guichet, poles=Pole.objects.filter(actif=True), reprendre=True)
    reponse = HttpResponse()
    _poser_cookie(reponse, poste, jeton)
    cookies = {nom: morceau.value for nom, morceau in reponse.cookies.items()}
    return {"pk": guichet.pk, "cookies": cookies | {settings.SESSION_COOKIE_NAME: session.session_key}}


# ------------------------------------------------------------------------------------------------ gestures
def prendre(pole: str = "emploi", langue: str = "fr") -> str:
    ticket = tickets.prendre_ticket(pole=Pole.objects.get(code=pole), cle=nouvelle_cle(), langue=langue)
    return ticket.libelle


def suivre(pole: str = "emploi", langue: str = "fr") -> str:
    """Take a number and return the token of its follow-up."""
    cle = nouvelle_cle()
    tickets.prendre_ticket(pole=Pole.objects.get(code=pole), cle=cle, langue=langue)
    return tickets.jeton_du_ticket(cle)


def code_du_moment() -> str:
    return presence.code_du_moment(timezone.now())


def ramener() -> str:
    """Bring back the visitor who missed a call last."""
    absent_ = Ticket.objects.filter(etat=Etat.ABSENT).latest("depuis")
    return tickets.ramener(ticket_id=absent_.pk, cle=nouvelle_cle()).libelle


def etats() -> list[str]:
    return list(Ticket.objects.order_by("pk").values_list("etat", flat=True))


def remplir(jusqua: int) -> None:
    """Let visitors come in until so many wait, spread over the poles."""
    poles = list(Pole.objects.filter(actif=True))
    for n in range(jusqua - Ticket.objects.filter(etat=Etat.EN_ATTENTE).count()):
        tickets.prendre_ticket(pole=poles[n % len(poles)], cle=nouvelle_cle())


def ouvrir(guichet: str, poles: list[str] | None = None) -> None:
    servis = Pole.objects.filter(code__in=poles) if poles else Pole.objects.filter(actif=True)
    guichets.ouvrir_guichet(guichet=Guichet.objects.get(nom=guichet), poles=servis, reprendre=True)


def _poste(guichet: str) -> GuichetOuvert:
    return GuichetOuvert.objects.select_related("guichet").get(guichet__nom=guichet)


def _visiteur(guichet: str) -> dict[str, Any]:
    return {"poste": _poste(guichet), "ticket_id": Ticket.objects.get(guichet__nom=guichet).pk, "cle": nouvelle_cle()}


def appeler(guichet: str) -> str:
    return appels.appeler_suivant(poste=_poste(guichet), cle=nouvelle_cle()).libelle


def appeler_et_dater(guichet: str) -> tuple[str, float]:
    """Call the next visitor; return the number and the instant just after the commit."""
    return appeler(guichet), instant()


def prendre_et_suivre(combien: int) -> list[str]:
    """Let so many visitors take a number at each pole in turn; return the tokens of their follow-up pages."""
    poles, cles = list(Pole.objects.filter(actif=True)), [nouvelle_cle() for _ in range(combien)]
    for n, cle in enumerate(cles):
        tickets.prendre_ticket(pole=poles[n % len(poles)], cle=cle)
    return [tickets.jeton_du_ticket(cle) for cle in cles]


def appeler_un_nouveau(guichet: str, pole: str = "emploi", langue: str = "fr") -> str:
    """Sit at a desk, take a ticket, call it."""
    ouvrir(guichet, [pole])
    prendre(pole, langue)
    return appeler(guichet)


def rappeler(guichet: str) -> str:
    regler(rappel_ecart_s=0)
    return appels.rappeler(**_visiteur(guichet)).libelle


def absent(guichet: str) -> str:
    return appels.signaler_absent(**_visiteur(guichet)).libelle


def commencer(guichet: str) -> str:
    return entretiens.commencer(**_visiteur(guichet)).libelle


def terminer(guichet: str) -> str:
    return entretiens.terminer(**_visiteur(guichet)).libelle


def annuler(guichet: str) -> None:
    poste = _poste(guichet)
    geste = annulation.derniere_annulable(poste.guichet)
    assert geste is not None
    annulation.annuler(geste_id=geste.pk, cle=nouvelle_cle(), poste=poste)


def annoncer(combien: int = 1) -> None:
    for message in MessageAnnonce.objects.all()[:combien]:
        portes.annoncer(message=message)


def fermer_pole(pole: str) -> None:
    portes.regler_porte(pole=Pole.objects.get(code=pole), porte="fermee")


def vieillir(minutes: int) -> None:
    """Make every call of the day so many minutes older."""
    Appel.objects.update(instant=timezone.now() - timedelta(minutes=minutes))


def encombrer() -> None:
    """Fill the hall beyond what the screen can hold: ten poles, long names, twenty missed numbers."""
    for n, nom in enumerate(["Maintien dans l’emploi", "قسم الاستقبال", "Accès aux droits, santé", "Handicap"]):
        Pole.objects.create(
            code=f"p{n}", lettre="XYZW"[n], nom=nom, nom_court=nom, picto="main", teinte="prune", ordre=50
        )
    Guichet.objects.filter(nom="2").update(
        nom="Salle du Par", direction="au premier étage, derrière la documentation, à droite"
    )
    Guichet.objects.filter(nom="4").update(nom="104", direction="المدخل الرئيسي على اليمين")
    ouvrir("1")
    for n in range(20):
        prendre(list(Pole.objects.filter(actif=True))[n % 10].code)
        appeler("1"), absent("1")
    for guichet in ("3", "5"):
        appeler_un_nouveau(guichet)
    vieillir(5)
    for guichet, pole in (("1", "orientation"), ("104", "p2"), ("Salle du Par", "p3")):
        appeler_un_nouveau(guichet, pole)
    annoncer(5)


def cloturer() -> int:
    return sum(cloturer_journee(journee) for journee in Journee.objects.all())


# ------------------------------------------------------------------------------------------------ the database's word
def releve() -> dict[str, Any]:
    """Return everything that a load must have left right."""
    lignes = list(Ticket.objects.select_related("pole_numero").order_by("pk"))
    numeros: dict[str, list[int]] = {}
    for ticket in lignes:
        numeros.setdefault(ticket.pole_numero.lettre, []).append(ticket.numero)
    return {
        "tickets": [ticket.libelle for ticket in lignes],
        "numeros": numeros,
        "etats": Counter(ticket.etat for ticket in lignes),
        "rangs": list(Appel.objects.order_by("rang").values_list("rang", flat=True)),
        "appels": [appel.ticket.libelle for appel in Appel.objects.select_related("ticket__pole_numero")],
        "appelles": [f"{t.ticket.libelle}" for t in _transitions(Action.APPELER)],
        "entretiens": Entretien.objects.count(),
        "depassements": max(Ticket.objects.values_list("depassements", flat=True), default=0),
    }


def _transitions(action: str) -> QuerySet[Transition]:
    return Transition.objects.filter(action=action, annulee=False).select_related("ticket__pole_numero")

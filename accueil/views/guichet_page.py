"""What the desk's page shows, gathered in few questions to the database: the page is the answer to every gesture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from accueil import lectures
from accueil.etats import DANS_LE_HALL, Action, Etat
from accueil.forms.guichet import lire_themes
from accueil.models import Appel, Entretien, Guichet, GuichetOuvert, Ticket, Transition, dans_la_file
from accueil.regles.annulation import ANNULABLES, derniere_annulable
from accueil.regles.appels import visiteur_du_guichet
from accueil.regles.gestes import nouvelle_cle
from cite.models import Pole, Reglages, Theme

RANGS = 12  # how many of those who wait are listed at once: an answer stays small however full the hall is


# ------------------------------------------------------------------------------------------------ choosing a desk
@dataclass(frozen=True)
class Place:
    """A desk as one chooses it: free, taken (``poste``) or already held by this browser (``sien``)."""

    guichet: Guichet
    poste: GuichetOuvert | None
    sien: bool
    choisi: bool


def choix(
    donnees: QueryDict, guichets: list[Guichet], poles: list[Pole], *, tenu: GuichetOuvert | None, pris: bool
) -> dict[str, Any]:
    """Return what the page where one chooses a desk shows; ``pris`` when the chosen desk was just found taken."""
    postes = {poste.guichet_id: poste for poste in lectures.guichets_ouverts(timezone.now())}
    choisi = donnees.get("guichet", "")
    places = [
        Place(
            guichet,
            poste := postes.get(guichet.pk),
            sien=bool(tenu and poste and tenu.pk == poste.pk),
            choisi=str(guichet.pk) == choisi,
        )
        for guichet in guichets
    ]
    voulu = choisi if pris or donnees.get("reprendre") == "oui" else donnees.get("reprendre", "")
    reprise = next((p for p in places if str(p.guichet.pk) == voulu and p.poste and not p.sien), None)
    coches = donnees.getlist("poles")
    if reprise and reprise.poste and not coches:
        coches = [pole.code for pole in reprise.poste.poles.all()]
    return {
        "places": places,
        "poles": [(pole, pole.code in coches) for pole in poles],
        "tenu": tenu,
        "visiteur_tenu": visiteur_du_guichet(tenu) if tenu else None,
        "reprise": reprise,
        "visiteur_repris": visiteur_du_guichet(reprise.poste) if reprise and reprise.poste else None,
    }


# ------------------------------------------------------------------------------------------------ the hall beside
@dataclass(frozen=True)
class Rang:
    """Someone who waits, as the desk lists them."""

    pk: int
    numero: str
    lettre: str
    teinte: str
    pole: str
    etat: str
    priorite: bool
    age: str
    adresse: str


_COLONNES = ("pk", "pole_numero__lettre", "numero", "etat", "priorite", "arrivee")
_COLONNES_DU_POLE = ("pole__lettre", "pole__teinte", "pole__nom_court")


def cote(
    poste: GuichetOuvert, donnees: QueryDict, maintenant: datetime, visiteur: Ticket | None = None
) -> dict[str, Any]:
    """Return who waits at the poles served: counts, the first of them in the order of calls, the absent ones."""
    tout = donnees.get("tout") == "oui"
    poles = [pole.pk for pole in poste.poles_servis]
    hall = lectures.tickets_du_jour(maintenant).filter(pole__in=poles, etat__in=DANS_LE_HALL)
    nombres = hall.aggregate(
        attendent=Count("pk", filter=dans_la_file(maintenant)),
        presents=Count("pk", filter=~Q(etat=Etat.ABSENT)),
        absents=Count("pk", filter=Q(etat=Etat.ABSENT)),
    )
    adresse = reverse("accueil:guichet_numero", args=[poste.guichet_id])
    rangs: list[Rang] = []
    absents: list[Rang] = []
    if nombres["presents"]:
        file = hall.exclude(etat=Etat.ABSENT).order_by("-priorite", "pk")
        rangs = _rangs(file if tout else file[:RANGS], adresse, maintenant)
    if nombres["absents"]:
        absents = _rangs(hall.filter(etat=Etat.ABSENT).order_by("-depuis")[:RANGS], adresse, maintenant)
    return {
        "poste": poste,
        "tout": tout,
        "attendent": nombres["attendent"],
        "combien": combien(nombres["attendent"]),
        "rangs": rangs,
        "autres": nombres["presents"] - len(rangs),
        "absents": absents,
        "peut_appeler": visiteur is None and not poste.en_pause,
        "marque": marque(poste, visiteur),
        "adresse": reverse("accueil:guichet", args=[poste.guichet_id]),
    }


def _rangs(tickets: QuerySet[Ticket], adresse: str, maintenant: datetime) -> list[Rang]:
    colonnes = tickets.values_list(*_COLONNES, *_COLONNES_DU_POLE)
    return [
        Rang(
            pk=pk,
            numero=f"{serie} {numero:03d}",
            lettre=lettre,
            teinte=teinte,
            pole=pole,
            etat=etat,
            priorite=priorite,
            age=depuis(arrivee, maintenant),
            adresse=f"{adresse}?numero={serie}{numero}",
        )
        for pk, serie, numero, etat, priorite, arrivee, lettre, teinte, pole in colonnes
    ]


def depuis(debut: datetime, maintenant: datetime) -> str:
    """Return how long ago, as one says it: « à l’instant », « 18 min », « 1 h 05 »."""
    minutes = max(int((maintenant - debut).total_seconds() // 60), 0)
    if minutes < 1:
        return _("à l’instant")
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d}"


def combien(attendent: int) -> str:
    """Return how many wait, in a sentence."""
    if not attendent:
        return _("Personne n’attend à vos pôles.")
    return ngettext("Une personne attend à vos pôles.", "%(n)d personnes attendent à vos pôles.", attendent) % {
        "n": attendent
    }


def marque(poste: GuichetOuvert, visiteur: Ticket | None) -> str:
    """Return what tells two states of the desk apart: another tab that shows another one fetches itself again."""
    return f"{visiteur.pk}-{visiteur.etat}" if visiteur else "pause" if poste.en_pause else "libre"


# ------------------------------------------------------------------------------------------------ the desk
def bureau(
    poste: GuichetOuvert, visiteur: Ticket | None, donnees: QueryDict, maintenant: datetime, **plus: Any
) -> dict[str, Any]:
    """Return everything that the desk shows, the hall beside left out.

    ``plus`` may hold etape, demande, annonce, refus, and ``geste``, the move just made if it can be undone.
    """
    reglages = Reglages.lire()
    contexte: dict[str, Any] = {
        "poste": poste,
        "poles": poste.poles_servis,
        "visiteur": visiteur,
        "cle": nouvelle_cle(),
        "annonce": plus.get("annonce", ""),
        "refus": plus.get("refus"),
        "demande": plus.get("demande"),
        "annulable": _annulable(_dernier(poste, maintenant, plus.get("geste")), maintenant, reglages),
        "marque": marque(poste, visiteur),
        "adresse": reverse("accueil:guichet", args=[poste.guichet_id]),
        "saisie": donnees.get("numero", "")[:20],
    }
    if visiteur is None:
        contexte["attendent"] = Ticket.objects.filter(dans_la_file(maintenant), pole__in=contexte["poles"]).count()
        contexte["combien"] = combien(contexte["attendent"])
    else:
        contexte["parle"] = _langue(visiteur)
        if visiteur.etat == Etat.APPELE:
            contexte["rappel"] = _rappel(visiteur, maintenant, reglages, plus.get("geste"))
        else:
            contexte |= _themes(visiteur, donnees)
    return contexte | _etape(plus.get("etape", ""), contexte, donnees, maintenant)


def _etape(etape: str, contexte: dict[str, Any], donnees: QueryDict, maintenant: datetime) -> dict[str, Any]:
    """Return the step that the desk shows, if it makes sense in its state, and what the step needs."""
    visiteur, demande = contexte["visiteur"], contexte["demande"]
    match etape:
        case "passer" if visiteur:
            poles = lectures.poles_du_hall(maintenant)
            return {"etape": etape, "suites": [p for p in poles if p.pole.pk != visiteur.pole_id]}
        case "poles":
            coches = donnees.getlist("poles") if contexte["refus"] else [pole.code for pole in contexte["poles"]]
            return {"etape": etape, "choix": [(p, p.code in coches) for p in Pole.actifs()]}
        case "pause" if visiteur:
            return {"etape": etape}
        case "numero" if demande and not visiteur:
            return {"etape": etape, "devant": _devant(contexte["poste"], demande)}
    return {"etape": ""}


@dataclass(frozen=True)
class Annulable:
    """The last gesture, while it can be undone, and for how many seconds yet."""

    pk: int
    phrase: str
    reste: int


def _dernier(poste: GuichetOuvert, maintenant: datetime, geste: Transition | None) -> Transition | None:
    """Return the last gesture that can be undone: the one just made, without asking, or the one of the journal."""
    return geste if geste and geste.action in ANNULABLES else derniere_annulable(poste.guichet, maintenant)


def _annulable(geste: Transition | None, maintenant: datetime, reglages: Reglages) -> Annulable | None:
    if geste is None:
        return None
    noms = {
        Action.APPELER: _("appel du %(numero)s"),
        Action.COMMENCER: _("début de l’entretien du %(numero)s"),
        Action.TERMINER: _("fin de l’entretien du %(numero)s"),
        Action.PASSER: _("passage du %(numero)s à un autre pôle"),
        Action.SIGNALER_ABSENT: _("absence du %(numero)s"),
    }
    phrase = noms[Action(geste.action)] % {"numero": geste.ticket.libelle}
    reste = ceil((geste.instant + timedelta(seconds=reglages.annulation_s) - maintenant).total_seconds())
    return Annulable(geste.pk, phrase, reste) if reste > 0 else None


def suite(cle: str) -> str:
    """Return the key of the call that follows an end made with ``cle``."""
    return f"{cle}-ap"


@dataclass(frozen=True)
class Rappel:
    """When the visitor may be called again: ``dans`` so many seconds, ``restants`` times yet."""

    dans: int
    restants: int
    faits: int


def _rappel(visiteur: Ticket, maintenant: datetime, reglages: Reglages, geste: Transition | None) -> Rappel:
    if geste and geste.action == Action.APPELER:
        return Rappel(reglages.rappel_ecart_s, reglages.rappels_max, 0)  # just called: nothing to ask
    journal = Appel.objects.filter(ticket=visiteur, annule=False).order_by("-rang")
    appels = list(journal[: reglages.rappels_max + 1])
    faits = next((n for n, appel in enumerate(appels) if not appel.rappel), len(appels))
    ecart = timedelta(seconds=reglages.rappel_ecart_s)
    dans = ceil((appels[0].instant + ecart - maintenant).total_seconds()) if appels else 0
    return Rappel(max(dans, 0), max(reglages.rappels_max - faits, 0), faits)


def _themes(visiteur: Ticket, donnees: QueryDict) -> dict[str, Any]:
    """Return the closed list, the visitor's pole first, with what is ticked: in the form, or before an undone end."""
    liens = Theme.poles.through.objects.filter(theme=OuterRef("pk"))
    proposes = Theme.objects.filter(actif=True).annotate(
        de_ce_pole=Exists(liens.filter(pole=visiteur.pole_id)), de_tous=~Exists(liens)
    )
    themes = list(proposes)
    if donnees.get("ticket") == str(visiteur.pk):
        coches = {theme.pk for theme in lire_themes(donnees, themes)[0]}
    else:
        en_cours = Entretien.objects.filter(ticket=visiteur, fin=None)
        coches = set(en_cours.exclude(themes=None).values_list("themes", flat=True))
    premiers = [t for t in themes if t.de_ce_pole] + [t for t in themes if t.de_tous]
    autres = [t for t in themes if not (t.de_ce_pole or t.de_tous)]
    return {
        "themes": [(theme, theme.pk in coches) for theme in premiers],
        "autres_themes": [(theme, theme.pk in coches) for theme in autres],
        "autres_ouverts": any(theme.pk in coches for theme in autres),
    }


def _langue(visiteur: Ticket) -> str:
    if visiteur.langue == "fr":
        return ""
    try:
        return str(get_language_info(visiteur.langue)["name_translated"]).lower()
    except KeyError:
        return visiteur.langue


def _devant(poste: GuichetOuvert, demande: Ticket) -> int:
    """Return how many people of the desk's poles, arrived before a given number, it would overtake."""
    poles = {pole.pk for pole in poste.poles_servis} | {demande.pole_id}
    return Ticket.objects.filter(pole__in=poles, etat=Etat.EN_ATTENTE, pk__lt=demande.pk, priorite=False).count()

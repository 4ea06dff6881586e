"""What the reception shows: the hall at one instant, in lines and words ready for its page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from accueil import lectures
from accueil.etats import AU_GUICHET, DANS_LE_HALL, Action, Etat
from accueil.models import FileAttente, GuichetOuvert, MessageAnnonce, Ticket, Transition
from accueil.regles import annulation, portes
from accueil.regles.journee import jour_courant
from cite import jetons
from cite.models import Pole
from cite.temps import heure_dite

UNE_MINUTE = timedelta(minutes=1)
MOUVEMENTS = 8  # last moves shown
PHRASES = {
    Action.PRENDRE: gettext_lazy("%(numero)s, nouveau numéro"),
    Action.APPELER: gettext_lazy("%(numero)s appelé au guichet %(guichet)s"),
    Action.RAPPELER: gettext_lazy("%(numero)s rappelé au guichet %(guichet)s"),
    Action.COMMENCER: gettext_lazy("%(numero)s reçu au guichet %(guichet)s"),
    Action.TERMINER: gettext_lazy("%(numero)s a terminé au guichet %(guichet)s"),
    Action.PASSER: gettext_lazy("%(numero)s passe à %(pole)s"),
    Action.SIGNALER_ABSENT: gettext_lazy("%(numero)s absent à l’appel du guichet %(guichet)s"),
    Action.RAMENER: gettext_lazy("%(numero)s est de retour dans la file"),
    Action.METTRE_EN_PAUSE: gettext_lazy("%(numero)s est en pause"),
    Action.REPRENDRE: gettext_lazy("%(numero)s reprend sa place"),
    Action.DEPLACER: gettext_lazy("%(numero)s va à %(pole)s"),
    Action.PRIORISER: gettext_lazy("%(numero)s est prioritaire"),
    Action.DEPRIORISER: gettext_lazy("%(numero)s n’est plus prioritaire"),
    Action.RETIRER: gettext_lazy("%(numero)s est retiré de la file"),
    Action.ANNULER: gettext_lazy("%(numero)s : action annulée"),
}


@dataclass(frozen=True)
class Ligne:
    """A ticket as the reception reads it."""

    ticket: Ticket
    age: str
    depuis: str  # in its state
    pause: str  # until when, in words; empty without a pause or without an end
    langue: str  # in words, empty for French
    cle: str  # of the tap that brings it back


@dataclass(frozen=True)
class Colonne:
    """A pole with its door, and the people it concerns in order of arrival."""

    hall: lectures.PoleDuHall
    porte: str
    cle: str  # of the tap that gives its next number
    au_guichet: list[Ligne] = field(default_factory=list)
    file: list[Ligne] = field(default_factory=list)

    def premiere(self, maintenant: datetime) -> Ligne | None:
        """Return who has just joined a queue that was empty: a minute later, nobody has."""
        attendent = [ligne for ligne in self.file if ligne.ticket.attend(maintenant)]
        neuve = len(attendent) == 1 and timedelta() <= maintenant - attendent[0].ticket.arrivee < UNE_MINUTE
        return attendent[0] if neuve else None


@dataclass(frozen=True)
class Mouvement:
    """One line of the journal, in words."""

    geste: int
    instant: datetime
    phrase: str


class Hall:
    """The hall at one instant, read in a constant number of queries however many people are there."""

    retirables = DANS_LE_HALL

    def __init__(self, page: str) -> None:
        self.page = page
        self.maintenant = timezone.now()
        self.jour = jour_courant(self.maintenant)
        self.mouvements = _mouvements(self.jour)
        self.lignes = [self.ligne(ticket) for ticket in lectures.dans_le_hall(self.maintenant)]
        self.absents = [ligne for ligne in reversed(self.lignes) if ligne.ticket.etat == Etat.ABSENT]
        self.attendent = sum(ligne.ticket.attend(self.maintenant) for ligne in self.lignes)
        self.en_pause = sum(ligne.ticket.etat == Etat.EN_PAUSE for ligne in self.lignes)

    def cle(self, geste: str) -> str:
        """Return the key of one tap. Another page, another gesture, or anyone's move since, make another key."""
        repere = self.mouvements[0].geste if self.mouvements else 0
        graine = jetons.derive("geste", f"{self.page}:{repere}:{geste}")
        return f"{self.jour:%Y%m%d}-{graine[:31]}"

    def ligne(self, ticket: Ticket) -> Ligne:
        langue = "" if ticket.langue == "fr" else get_language_info(ticket.langue)["name_translated"].lower()
        age, depuis = duree(ticket.arrivee, self.maintenant), duree(ticket.depuis, self.maintenant)
        return Ligne(ticket, age, depuis, _pause(ticket, self.maintenant), langue, self.cle(f"ramener:{ticket.pk}"))

    @cached_property
    def colonnes(self) -> list[Colonne]:
        """The active poles, and those put away while someone still waits there."""
        occupes = {ligne.ticket.pole_id for ligne in self.lignes}
        poles = [pole for pole in Pole.de_memoire().values() if pole.actif or pole.pk in occupes]
        mains = dict(FileAttente.objects.filter(journee__date=self.jour).values_list("pole_id", "porte"))
        colonnes = {
            hall.pole.pk: Colonne(hall, mains.get(hall.pole.pk, portes.Porte.HORAIRES), self.cle(hall.pole.code))
            for hall in lectures.poles_du_hall(self.maintenant, poles)
        }
        for ligne in self.lignes:
            colonne = colonnes[ligne.ticket.pole_id]
            if ligne.ticket.etat in AU_GUICHET:
                colonne.au_guichet.append(ligne)
            elif ligne.ticket.etat != Etat.ABSENT:
                colonne.file.append(ligne)
        return list(colonnes.values())

    @cached_property
    def premieres(self) -> dict[int, str]:
        """Return who has just joined an empty queue, by ticket, with the sentence that says it."""
        trouvees = ((colonne.premiere(self.maintenant), colonne.hall.pole) for colonne in self.colonnes)
        return {
            ligne.ticket.pk: _("Première personne à %(pole)s") % {"pole": pole.traduit("nom_court")}
            for ligne, pole in trouvees
            if ligne
        }

    @cached_property
    def postes(self) -> list[tuple[GuichetOuvert, Ligne | None]]:
        """The desks open now, each with who is there."""
        visiteurs = {ligne.ticket.guichet_id: ligne for ligne in self.lignes if ligne.ticket.etat in AU_GUICHET}
        return [(poste, visiteurs.get(poste.guichet_id)) for poste in lectures.guichets_ouverts(self.maintenant)]

    @cached_property
    def annonces(self) -> list[tuple[MessageAnnonce, int]]:
        """The closed list, each message with the minutes it stays on the screens (0: it is not shown)."""
        fins = {annonce.message_id: annonce.fin for annonce in lectures.annonces_en_cours(self.maintenant)}
        offertes = MessageAnnonce.objects.filter(Q(actif=True) | Q(pk__in=fins))
        return [(m, _minutes_restantes(fins[m.pk], self.maintenant) if m.pk in fins else 0) for m in offertes]

    @cached_property
    def annulable(self) -> Mouvement | None:
        geste = annulation.derniere_annulable(None, self.maintenant)
        return next((m for m in self.mouvements if geste and m.geste == geste.pk), None)

    def choisir(self, pk: int | None) -> Ligne | None:
        """Return a ticket of the day, even one that has left the hall."""
        if pk is None:
            return None
        ici = next((ligne for ligne in self.lignes if ligne.ticket.pk == pk), None)
        ailleurs = None if ici else lectures.tickets_du_jour(self.maintenant).filter(pk=pk).first()
        return self.ligne(ailleurs) if ailleurs else ici

    def devant(self, ligne: Ligne) -> int:
        """Return how many wait before someone at the same pole, as the next desk would call them."""

        def rang(ticket: Ticket) -> tuple[bool, int]:
            return not ticket.priorite, ticket.pk

        attente = [autre.ticket for autre in self.lignes if autre.ticket.attend(self.maintenant)]
        return sum(t.pole_id == ligne.ticket.pole_id and rang(t) < rang(ligne.ticket) for t in attente)


def duree(debut: datetime, maintenant: datetime) -> str:
    """Return a time gone by as one says it: never negative, whatever a clock did."""
    minutes = max(0, int((maintenant - debut).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min" if minutes else "< 1 min"
    return f"{minutes // 60} h {minutes % 60:02d}"


def _pause(ticket: Ticket, maintenant: datetime) -> str:
    if ticket.etat != Etat.EN_PAUSE or ticket.pause_jusqua is None:
        return ""
    if ticket.attend(maintenant):
        return _("pause finie, dans la file")
    return _("en pause jusqu’à %(heure)s") % {"heure": heure_dite(ticket.pause_jusqua)}


def _minutes_restantes(fin: datetime, maintenant: datetime) -> int:
    return max(1, -int((maintenant - fin).total_seconds() // 60))


def _mouvements(jour: date) -> list[Mouvement]:
    journal = Transition.objects.filter(ticket__journee__date=jour).order_by("-pk")
    journal = journal.select_related("ticket")[:MOUVEMENTS]
    return [Mouvement(t.pk, t.instant, dire(Action(t.action), t.ticket, t.guichet, t.pole)) for t in journal]


def dire(action: Action, ticket: Ticket, guichet: object, pole: Pole) -> str:
    return PHRASES[action] % {"numero": ticket.libelle, "guichet": guichet, "pole": pole.traduit("nom_court")}

"""Desks: sitting down, poles served, pause, leaving. Nothing here knows who sits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accueil.etats import AU_GUICHET, Etat
from accueil.models import Guichet, GuichetOuvert, Ticket
from accueil.regles.journee import entrer, journee_courante, rouvrir
from cite import jetons, signal
from cite.models import Pole
from cite.refus import Interdit, Invalide, Refus


class GuichetPris(Refus):
    """Somebody else sits at this desk."""


def ouvrir_guichet(*, guichet: Guichet, poles: Iterable[Pole], reprendre: bool = False) -> tuple[GuichetOuvert, str]:
    """Sit down at a desk; return the open desk and the token that the browser keeps (its hash is stored).

    Raises `GuichetPris` when the desk is open elsewhere, unless ``reprendre``: then the other browser's token
    opens nothing any more, and the visitor of the desk, if any, stays with the desk.
    """
    poles = _au_moins_un(poles)
    jeton = jetons.nouveau()
    try:
        with transaction.atomic():
            entrer()
            journee = journee_courante()
            rouvrir(journee)
            if reprendre:
                GuichetOuvert.objects.filter(guichet=guichet).delete()
            poste = GuichetOuvert.objects.create(
                guichet=guichet, journee=journee, jeton_empreinte=jetons.empreinte(jeton)
            )
            poste.poles.set(poles)
            signal.emettre()
    except IntegrityError as erreur:
        raise GuichetPris(
            _("Le guichet %(nom)s est déjà ouvert sur un autre poste.") % {"nom": guichet.nom},
            que_faire=_("Choisissez un autre guichet, ou reprenez celui-ci si c’est bien le vôtre."),
        ) from erreur
    return poste, jeton


def poste_du_jeton(guichet_id: int, jeton: str) -> GuichetOuvert:
    """Return the open desk that a browser's token holds. Raises `Interdit` for any other token."""
    poste = GuichetOuvert.objects.filter(guichet_id=guichet_id, jeton_empreinte=jetons.empreinte(jeton)).first()
    if poste is None:
        raise _ferme()
    return poste


@dataclass(frozen=True)
class Tenu:
    """An open desk, held: whether a visitor is there, and whether anyone's pause is over, anywhere in the hall."""

    poste: GuichetOuvert
    occupe: bool
    pauses_finies: bool


def tenir(poste: GuichetOuvert, maintenant: datetime | None = None) -> Tenu:
    """Lock the row of an open desk until the transaction ends, and say in the same question what calling must know.

    Raises `Interdit` once closed. A visitor who comes while the lock is waited for is for the constraint to refuse.
    """
    visiteurs = Ticket.objects.filter(guichet=OuterRef("guichet"), etat__in=AU_GUICHET)
    postes = GuichetOuvert.objects.filter(pk=poste.pk).annotate(
        occupe=Exists(visiteurs), pauses_finies=Exists(pauses_finies(maintenant or timezone.now()))
    )
    if connection.features.has_select_for_update:
        postes = postes.select_for_update()
    ouvert = postes.first()
    if ouvert is None:
        raise _ferme()
    return Tenu(ouvert, ouvert.occupe, ouvert.pauses_finies)


def pauses_finies(maintenant: datetime) -> QuerySet[Ticket]:
    """Return the tickets whose pause had an end, now past. The reception's own pauses have none."""
    return Ticket.objects.filter(etat=Etat.EN_PAUSE, pause_jusqua__lte=maintenant)


def _ferme() -> Interdit:
    return Interdit(
        _("Ce guichet n’est pas ouvert sur ce poste."),
        garde=_("Rien n’a été changé."),
        que_faire=_("Choisissez votre guichet de nouveau."),
    )


def servir(*, poste: GuichetOuvert, poles: Iterable[Pole]) -> None:
    """Change the poles that a desk serves."""
    poles = _au_moins_un(poles)
    with transaction.atomic():
        entrer()
        poste.poles.set(poles)
        signal.emettre()
    poste.poles_servis = poles


def regler_pause(*, poste: GuichetOuvert, en_pause: bool) -> None:
    """Pause a desk (it calls nobody), or end the pause."""
    with transaction.atomic():
        entrer()
        GuichetOuvert.objects.filter(pk=poste.pk).update(en_pause=en_pause)
        signal.emettre()
    poste.en_pause = en_pause


def fermer_guichet(*, poste: GuichetOuvert) -> None:
    """Leave a desk. Raises `Refus` while a visitor is there: an interview is never dropped silently."""
    with transaction.atomic():
        entrer()
        tenir(poste)  # a call in another tab ends first, or finds the desk closed
        visiteur = Ticket.objects.filter(guichet=poste.guichet, etat__in=AU_GUICHET)
        if (ticket := visiteur.first()) is not None:
            raise Refus(
                _("Le %(numero)s est encore à ce guichet.") % {"numero": ticket.libelle},
                garde=_("Le guichet reste ouvert."),
                que_faire=_("Terminez l’entretien, ou signalez l’absence, puis fermez le guichet."),
            )
        GuichetOuvert.objects.filter(pk=poste.pk).delete()
        signal.emettre()


def _au_moins_un(poles: Iterable[Pole]) -> list[Pole]:
    if not (liste := list(poles)):
        raise Invalide(_("Aucun pôle n’est choisi."), que_faire=_("Choisissez au moins un pôle à servir."))
    return liste

"""The doors of the poles and the announcements: what the reception decides for everyone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accueil.models import Annonce, FileAttente, MessageAnnonce
from accueil.regles.journee import jour_courant, journee_courante
from cite import signal
from cite.horaires import Calendrier, Ouverture
from cite.models import Pole, Reglages
from cite.refus import Invalide

Porte = FileAttente.Porte


def porte_du_jour(porte: str, selon_horaires: Ouverture) -> Ouverture:
    """Return the opening of a pole given the hand on its door and what the hours say."""
    if porte == Porte.OUVERTE:
        return Ouverture(True, jusqua=selon_horaires.jusqua)
    if porte == Porte.FERMEE:
        rouvre = None if selon_horaires.ouvert else selon_horaires.rouvre
        return Ouverture(False, rouvre=rouvre, motif=selon_horaires.motif)
    return selon_horaires


def derniers_numeros(calendrier: Calendrier, pole: Pole, maintenant: datetime) -> Ouverture:
    """Return the opening of a pole by its hours, as it gives numbers: it stops some minutes before its day ends.

    Nobody is interrupted for it, and those who wait are received (`Reglages.dernier_numero_min`).
    """
    ouverture = calendrier.ouverture(pole, maintenant)
    if not ouverture.ouvert or ouverture.jusqua is None:
        return ouverture
    fin_du_jour = calendrier.fin_du_jour(pole, jour_courant(maintenant))
    if fin_du_jour is not None and ouverture.jusqua < fin_du_jour:
        return ouverture  # a break: it opens again today
    reglages = Reglages.lire()
    dernier = ouverture.jusqua - timedelta(minutes=reglages.dernier_numero_min)
    if maintenant >= dernier:
        rouvre = calendrier.ouverture(pole, ouverture.jusqua).rouvre
        return replace(ouverture, ouvert=False, rouvre=rouvre, epuise=True)
    annonce = dernier - timedelta(minutes=reglages.annonce_fermeture_min)
    return replace(ouverture, derniers=dernier) if maintenant >= annonce else ouverture


def ouvertures(poles: list[Pole], maintenant: datetime) -> dict[int, Ouverture]:
    """Return the opening of each pole now, by pole key, hours and doors together. One question."""
    calendrier = Calendrier.lire()
    jour = jour_courant(maintenant)
    portes = dict(FileAttente.objects.filter(journee__date=jour).values_list("pole_id", "porte"))
    return {
        pole.pk: porte_du_jour(portes.get(pole.pk, Porte.HORAIRES), derniers_numeros(calendrier, pole, maintenant))
        for pole in poles
    }


def ouverture_du_pole(pole: Pole, maintenant: datetime) -> Ouverture:
    """Return the opening of one pole now."""
    return ouvertures([pole], maintenant)[pole.pk]


def verifier_actif(pole: Pole) -> None:
    """Raise `Invalide` for a pole that the place no longer has: nobody would be called there."""
    if not pole.actif:
        raise Invalide(
            _("Le pôle « %(nom)s » n’existe plus.") % {"nom": pole.nom}, que_faire=_("Choisissez-en un autre.")
        )


def regler_porte(*, pole: Pole, porte: str) -> FileAttente:
    """Open or close a pole to new numbers for today, or give it back to its hours. Those who wait keep waiting."""
    with transaction.atomic():
        file, _neuve = FileAttente.objects.get_or_create(journee=journee_courante(), pole=pole)
        FileAttente.objects.filter(pk=file.pk).update(porte=Porte(porte))
        signal.emettre()
    file.porte = porte
    return file


def annoncer(*, message: MessageAnnonce, maintenant: datetime | None = None) -> Annonce:
    """Put a message of the closed list on the screens for its minutes; again, it starts again."""
    maintenant = maintenant or timezone.now()
    fin = maintenant + timedelta(minutes=message.minutes)
    with transaction.atomic():
        annonce, _neuve = Annonce.objects.update_or_create(message=message, defaults={"debut": maintenant, "fin": fin})
        signal.emettre()
    return annonce


def retirer_annonce(*, message: MessageAnnonce) -> None:
    """Take a message off the screens."""
    with transaction.atomic():
        Annonce.objects.filter(message=message).delete()
        signal.emettre()

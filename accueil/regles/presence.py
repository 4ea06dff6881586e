"""Being in the hall: the code that the screens show for a minute, and what a telephone gets for having read it.

Nobody is known by it. A code is derived from its minute; only how many numbers each minute's code gave is stored
(`FenetrePresence`), so that a code passed on to the whole town is worth a few numbers, whoever asks for them.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from django.core import signing
from django.utils.translation import gettext as _

from accueil.compteurs import suivant
from accueil.models import FenetrePresence
from cite import jetons
from cite.models import Reglages
from cite.refus import Refus

MINUTE = timedelta(minutes=1)
VIE = 2 * MINUTE  # of a code: its own minute and the next
LAISSEZ_PASSER = timedelta(minutes=10)  # time to choose a question
UTILE = VIE + LAISSEZ_PASSER  # after that no number can be taken with the code of a minute
_signataire = signing.TimestampSigner(salt="presence")


class HorsDuHall(Refus):
    """No proof of having read a screen just now. 403 without one, 410 once it is over: the same words."""

    statut = HTTPStatus.FORBIDDEN

    def __init__(self, *, perime: bool = False) -> None:
        super().__init__(
            _("Le code de l’écran a changé.") if perime else _("Prenez votre numéro dans la Cité."),
            que_faire=_("Regardez un écran d’appel du hall, et scannez le code qui s’y trouve maintenant."),
            statut=HTTPStatus.GONE if perime else None,
        )


class CodeEpuise(Refus):
    """Too many numbers were taken with one minute's code."""

    statut = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self) -> None:
        super().__init__(
            _("Beaucoup de numéros viennent d’être pris au téléphone."),
            garde=_("Aucun numéro n’a été pris."),
            que_faire=_("Prenez un numéro à la borne ou à l’accueil, ou scannez de nouveau l’écran."),
        )


def code_du_moment(maintenant: datetime) -> str:
    """Return the code that the screens show now."""
    return _code(_minute(maintenant))


def entrer(code: str, maintenant: datetime) -> str:
    """Return the laissez-passer that a code gives: ten minutes to take a number. Raises `HorsDuHall`."""
    derniere = _minute(maintenant)
    for minute in (derniere, derniere - MINUTE):
        if hmac.compare_digest(_code(minute).encode(), code.encode()):
            return _signataire.sign(f"{int(minute.timestamp())}")
    raise HorsDuHall(perime=bool(code))


def lire(laissez_passer: str) -> datetime:
    """Return the minute of the code that gave a laissez-passer. Raises `HorsDuHall` for a forged or an old one."""
    try:
        secondes = _signataire.unsign(laissez_passer, max_age=LAISSEZ_PASSER)
    except signing.SignatureExpired as erreur:
        raise HorsDuHall(perime=True) from erreur
    except signing.BadSignature as erreur:
        raise HorsDuHall from erreur
    return datetime.fromtimestamp(int(secondes), UTC)


def compter(minute: datetime) -> None:
    """Count one number more for a minute's code, under the lock of its row. Raises `CodeEpuise` beyond the setting."""
    plafond = Reglages.lire().numeros_par_code
    fenetre, _neuve = FenetrePresence.objects.get_or_create(minute=minute)
    if fenetre.pris >= plafond:  # no lock for whoever insists
        raise CodeEpuise
    pris = suivant(FenetrePresence, "pris", id=fenetre.pk)
    if pris is None or pris > plafond:
        raise CodeEpuise


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def _code(minute: datetime) -> str:
    return jetons.derive("presence", f"{minute.astimezone(UTC):%Y%m%d%H%M}")[:16]

"""Paired devices: a one-time code typed once on the device, then a token in a signed cookie.

The database keeps only hashes. Revoking erases the hash: the cookie then opens nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from cite import jetons
from cite.models import Appareil
from cite.refus import Invalide

BORNE, ECRAN = Appareil.Genre.BORNE, Appareil.Genre.ECRAN
DUREE_CODE = timedelta(hours=1)
DUREE_COOKIE = timedelta(days=400)  # the longest that browsers keep


def nom_cookie(genre: str) -> str:
    return f"appareil-{genre}"


def preparer_appairage(appareil: Appareil, *, maintenant: datetime | None = None) -> str:
    """Return a fresh pairing code for a device, valid once and for one hour; it is shown this time only."""
    code = jetons.nouveau_code()
    appareil.code_empreinte = jetons.empreinte(code)
    appareil.code_expire = (maintenant or timezone.now()) + DUREE_CODE
    appareil.save(update_fields=["code_empreinte", "code_expire"])
    return code


def appairer(saisie: str) -> tuple[Appareil, str]:
    """Return the device that a typed code pairs, and its new token. Raises `Invalide` for any other code.

    Compare-and-set on the code's hash: a code typed on two devices at once pairs one of them.
    """
    code = jetons.lire_code(saisie)
    if code is not None:
        empreinte, jeton = jetons.empreinte(code), jetons.nouveau()
        appareil = Appareil.objects.filter(code_empreinte=empreinte, code_expire__gt=timezone.now()).first()
        gagne = appareil and Appareil.objects.filter(pk=appareil.pk, code_empreinte=empreinte).update(
            code_empreinte="", code_expire=None, jeton_empreinte=jetons.empreinte(jeton)
        )
        if appareil and gagne:
            Appareil.oublier()
            return appareil, jeton
    raise Invalide(
        _("Ce code n’ouvre aucun appareil."),
        que_faire=_("Vérifiez la saisie. Un code sert une fois, pendant une heure : demandez-en un autre au besoin."),
    )


def revoquer(appareil: Appareil) -> None:
    """Forget the token and the pending code of a device: it must be paired again.

    Its pages stop here at once; another process may answer it for two seconds more (`cite.memoire`).
    """
    Appareil.objects.filter(pk=appareil.pk).update(jeton_empreinte="", code_empreinte="", code_expire=None)
    Appareil.oublier()


def poser_cookie(reponse: HttpResponse, appareil: Appareil, jeton: str, *, securise: bool) -> None:
    """Put the device's token in its signed cookie."""
    reponse.set_cookie(
        nom_cookie(appareil.genre),
        signing.Signer(salt="appareil").sign(jeton),
        max_age=DUREE_COOKIE,
        httponly=True,
        secure=securise,
        samesite="Lax",
    )


def appareil_de(request: HttpRequest, genre: str) -> Appareil | None:
    """Return the paired device of that kind whose cookie the request carries, None for a forged or revoked one."""
    deja: dict[str, Appareil | None] = request.__dict__.setdefault("_appareils", {})
    if genre not in deja:
        deja[genre] = _chercher(request.COOKIES.get(nom_cookie(genre), ""), genre)
    return deja[genre]


def _chercher(cookie: str, genre: str) -> Appareil | None:
    if not cookie:
        return None
    try:
        jeton = signing.Signer(salt="appareil").unsign(cookie)
    except signing.BadSignature:
        return None
    empreinte = jetons.empreinte(jeton)
    connus = (a for a in Appareil.de_memoire().values() if a.genre == genre and a.jeton_empreinte == empreinte)
    # Paired a moment ago by another process: not in memory yet.
    return next(connus, None) or Appareil.objects.filter(genre=genre, jeton_empreinte=empreinte).first()


def surface(appareil: Appareil) -> str:
    """Return the address that a device shows once paired."""
    return "/borne/" if appareil.genre == BORNE else f"/ecran/{appareil.nom}/"

"""The home of `make demo`: every surface of the living Cité, and the accounts to try them."""

from __future__ import annotations

from typing import Any

from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from cite import appareils
from cite.management.commands.amorcer import MOT_DE_PASSE_DEMO
from cite.models import Appareil
from cite.refus import Invalide


def accueil() -> dict[str, Any]:
    """Return what the page shows: ``essais`` (title, address, for whom, what, how it opens) and ``comptes``."""
    return {"essais": _surfaces(), "comptes": _comptes()}


def appairer(genre: str) -> tuple[Appareil, str]:
    """Return a new device of the demonstration and its token: this browser becomes a kiosk or a screen.

    Raises `Invalide` for a kind that does not exist.
    """
    if genre not in Appareil.Genre.values:
        raise Invalide(_("Cet appareil n’existe pas."), que_faire=_("Revenez à l’accueil de la démonstration."))
    nom = f"essai-{get_random_string(6, 'abcdefghjkmnpqrstuvwxyz')}"
    appareil = Appareil.objects.create(nom=nom, genre=genre)
    return appareils.appairer(appareils.preparer_appairage(appareil))


def _surfaces() -> list[dict[str, str]]:
    lignes = [
        ("borne", _("Borne à tickets"), _("visiteurs, dans le hall"), "appairer", "borne",
         _("Dire ce qui amène, en une phrase, et recevoir un numéro. Sans nom, en cinq langues.")),
        ("ecran", _("Écran d’appel"), _("visiteurs, dans le hall"), "appairer", "ecran",
         _("Les appels dans l’ordre, à voix haute ; qui attend ; les absents ; les annonces.")),
        ("accueil", _("Accueil"), _("agents d’accueil"), "lien", "/accueil/",
         _("Le hall d’un seul regard : donner un numéro, déplacer, mettre en pause, ramener.")),
        ("guichet", _("Guichet"), _("conseillers"), "lien", "/guichet/",
         _("Appeler le suivant, noter les thèmes, passer à un autre pôle. Les guichets 5 et 6 sont libres.")),
        ("pilotage", _("Pilotage"), _("coordination"), "lien", "/pilotage/",
         _("Aujourd’hui en direct, puis le jour, la semaine, le mois : des chiffres où personne ne se reconnaît.")),
        ("admin", _("Administration"), _("coordination, technique, partenaires"), "lien", "/admin/",
         _("Pôles, questions, thèmes, horaires, salles, annonces, appareils, comptes.")),
        ("portail", _("Portail public"), _("tout le monde"), "lien", "/",
         _("Ce qui est ouvert maintenant, et les horaires de la semaine.")),
    ]  # fmt: skip
    cles = ("nom", "titre", "pour_qui", "action", "cible", "description")
    return [dict(zip(cles, ligne, strict=True)) for ligne in lignes]


def _comptes() -> list[dict[str, str]]:
    roles = [
        ("accueil", _("tient l’accueil, et un guichet au besoin")),
        ("conseil", _("tient un guichet")),
        ("coordination", _("tout ce qui règle le lieu, l’accueil et les guichets")),
        ("technique", _("appareils et comptes")),
        ("partenaire", _("lit les listes du lieu")),
    ]
    return [
        {"identifiant": f"{role}-1", "mot_de_passe": MOT_DE_PASSE_DEMO, "role": role, "description": description}
        for role, description in roles
    ]

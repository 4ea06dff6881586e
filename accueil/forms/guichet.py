"""What a desk may send: only choices of closed lists, and a number of the day. No word about anyone (principle 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accueil.models import Guichet
from cite.models import Pole, Theme
from cite.refus import Invalide

PLUS_GRAND = 2**63 - 1
_NUMERO = re.compile(r"\s*([A-Za-z])[\s.-]*0*([0-9]{1,6})\s*")
INCOMPLET = gettext_lazy("Ce geste est incomplet.")
RECHARGER = gettext_lazy("Rechargez la page et recommencez.")


class OuvrirForm(forms.Form):
    """A desk and the poles it will serve; ``reprendre`` when the desk is open on another computer."""

    guichet = forms.TypedChoiceField(
        error_messages={
            "required": gettext_lazy("Aucun guichet n’est choisi."),
            "invalid_choice": gettext_lazy("Ce guichet n’est plus proposé."),
        }
    )
    poles = forms.TypedMultipleChoiceField(
        error_messages={
            "required": gettext_lazy("Aucun pôle n’est choisi."),
            "invalid_choice": gettext_lazy("Un des pôles n’est plus proposé."),
            "invalid_list": gettext_lazy("Un des pôles n’est plus proposé."),
        }
    )
    reprendre = forms.BooleanField(required=False)

    def __init__(self, *args: Any, guichets: Iterable[Guichet], poles: Iterable[Pole], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _fermer_liste(self.fields["guichet"], {str(guichet.pk): guichet for guichet in guichets})
        _fermer_liste(self.fields["poles"], {pole.code: pole for pole in poles})

    def exiger(self) -> dict[str, Any]:
        """Return the cleaned choices. Raises `Invalide` with all that is wrong."""
        if not self.is_valid():
            raise Invalide(
                " ".join(str(erreur) for erreurs in self.errors.values() for erreur in erreurs),
                que_faire=_("Choisissez un guichet et au moins un pôle, puis recommencez."),
            )
        return self.cleaned_data


def _fermer_liste(champ: forms.Field, choix: dict[str, Any]) -> None:
    """Offer these objects only; what comes back is the object itself, without asking the database."""
    assert isinstance(champ, forms.TypedChoiceField | forms.TypedMultipleChoiceField)
    champ.choices = [(valeur, str(objet)) for valeur, objet in choix.items()]
    champ.coerce = choix.__getitem__


def lire_poles(donnees: QueryDict, poles: Iterable[Pole]) -> list[Pole]:
    """Return the poles ticked in a form; none is for the rule to refuse. Raises `Invalide` for anything else."""
    connus = {pole.code: pole for pole in poles}
    codes = donnees.getlist("poles")
    if any(code not in connus for code in codes):
        raise Invalide(_("Un des pôles n’est plus proposé."), garde=_("Vos pôles n’ont pas changé."))
    return [connus[code] for code in codes]


def lire_themes(donnees: QueryDict, themes: Iterable[Theme]) -> tuple[list[Theme], bool]:
    """Return the ticked themes that are still offered, and whether something else came with them."""
    connus = {str(theme.pk): theme for theme in themes}
    valeurs = donnees.getlist("themes")
    return [connus[valeur] for valeur in dict.fromkeys(valeurs) if valeur in connus], not set(valeurs) <= set(connus)


def lire_ticket(donnees: QueryDict) -> int:
    """Return the key of the visitor whom the page showed. Raises `Invalide` when there is none."""
    valeur = donnees.get("ticket", "")
    if not (valeur.isascii() and valeur.isdigit() and len(valeur) < 20 and int(valeur) <= PLUS_GRAND):
        raise Invalide(str(INCOMPLET), garde=_("Rien n’a été changé."), que_faire=str(RECHARGER))
    return int(valeur)


def lire_numero(saisie: str) -> tuple[str, int]:
    """Return letter and number of what was typed: ``E 041``, ``e41``, ``E-041``. Raises `Invalide`."""
    lu = _NUMERO.fullmatch(saisie[:40])
    if lu is None:
        raise Invalide(
            _("Ce n’est pas un numéro."), que_faire=_("Écrivez la lettre puis le numéro, par exemple « E 041 ».")
        )
    return lu[1].upper(), int(lu[2])

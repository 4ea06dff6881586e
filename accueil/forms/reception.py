"""What the reception may send: closed lists and numbers of the day, never a word about anyone (principle 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accueil.models import FileAttente, MessageAnnonce
from cite.models import Pole, Question
from cite.refus import Invalide

# « E 41 », « e041 », « E-41 », « n° 41 », « 41 »
_NUMERO = re.compile(r"(?:n\s*°?\s*)?(?P<lettre>[A-Z])?[\s.\-]*(?P<numero>\d{1,6})", re.IGNORECASE)


@dataclass(frozen=True)
class NumeroCherche:
    """A number as it was typed: the letter may be missing."""

    lettre: str
    numero: int

    def __str__(self) -> str:
        return f"{self.lettre} {self.numero:03d}".strip()


class ChoixPole(forms.ModelChoiceField):
    """An active pole by its code, chosen with a button."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Pole.objects.filter(actif=True),
            to_field_name="code",
            error_messages={
                "required": _("Aucun pôle n’est choisi."),
                "invalid_choice": _("Ce pôle n’existe pas, ou n’est plus en service."),
            },
            **kwargs,
        )


class DonnerForm(forms.Form):
    """A number for someone who stands at the reception: one button a pole; question and language if it helps."""

    pole = ChoixPole(widget=forms.HiddenInput)
    question = forms.ModelChoiceField(
        Question.objects.none(),
        label=_("Question"),
        required=False,
        to_field_name="slug",
        empty_label=_("sans question"),
        error_messages={"invalid_choice": _("Cette question n’existe pas, ou n’est plus proposée.")},
    )
    langue = forms.ChoiceField(
        label=_("Langue"),
        required=False,
        choices=settings.LANGUAGES,
        error_messages={"invalid_choice": _("Cette langue n’est pas proposée ici.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="donner-%s")
        champ = self.fields["question"]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.queryset = Question.objects.filter(actif=True, pole__actif=True)

    def clean_langue(self) -> str:
        return self.cleaned_data["langue"] or settings.LANGUAGE_CODE


class NumeroForm(forms.Form):
    """Find by number."""

    numero = forms.CharField(label=_("Numéro"), max_length=20, strip=True)

    def clean_numero(self) -> NumeroCherche:
        lu = _NUMERO.fullmatch(self.cleaned_data["numero"])
        if lu is None:
            raise forms.ValidationError(_("Ce numéro n’est pas lisible."))
        return NumeroCherche((lu["lettre"] or "").upper(), int(lu["numero"]))


class DeplacerForm(forms.Form):
    pole = ChoixPole()


class PrioriteForm(forms.Form):
    priorite = forms.ChoiceField(choices=[("oui", ""), ("non", "")])

    def clean_priorite(self) -> bool:
        return bool(self.cleaned_data["priorite"] == "oui")


class PorteForm(forms.Form):
    porte = forms.ChoiceField(
        choices=FileAttente.Porte.choices,
        error_messages={
            "required": _("Aucune porte n’est choisie."),
            "invalid_choice": _("Une porte est ouverte, fermée, ou suit les horaires."),
        },
    )


class AnnonceForm(forms.Form):
    """A message of the closed list, put on the screens or taken off."""

    message = forms.ModelChoiceField(
        MessageAnnonce.objects.all(),
        error_messages={
            "required": _("Aucune annonce n’est choisie."),
            "invalid_choice": _("Cette annonce n’est pas dans la liste."),
        },
    )


class AnnulerForm(forms.Form):
    geste = forms.IntegerField(min_value=1)


def lire(form: forms.Form) -> dict[str, Any]:
    """Return the values of a form. Raises `Invalide` with its first error."""
    if form.is_valid():
        return form.cleaned_data
    erreurs = [str(message) for liste in form.errors.values() for message in liste]
    raise Invalide(
        erreurs[0], garde=str(_("Rien n’a été changé.")), que_faire=str(_("Rechargez la page et recommencez."))
    )

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class ConnexionForm(AuthenticationForm):
    """Identifier and password; the refusal never says which of the two was wrong."""

    error_messages = {
        "invalid_login": _("Identifiant ou mot de passe inexact. Respectez les minuscules et les majuscules."),
        "inactive": _("Ce compte est désactivé. Demandez à la coordination."),
    }


class AppairageForm(forms.Form):
    """The pairing code that the admin showed once."""

    code = forms.CharField(
        label=_("Code d’appairage"),
        max_length=20,
        help_text=_("Onze caractères, donnés par l’administration au moment de créer l’appareil."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

"""What a visitor's telephone may send: a key and a gesture of a closed list, never a word (principle 4)."""

from django import forms

from accueil.regles.suivi import Geste


class SuiviForm(forms.Form):
    """One tap on the follow-up page."""

    cle = forms.CharField(max_length=40)
    geste = forms.ChoiceField(choices=Geste.choices)

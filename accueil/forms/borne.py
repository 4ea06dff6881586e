"""What a tap on the kiosk carries. A visitor types nothing, so nothing here has a message of its own."""

from django import forms


class TicketForm(forms.Form):
    """One tap: its key, and whether it asks for Accueil instead of the question's own pole."""

    cle = forms.CharField(max_length=40)
    accueil = forms.BooleanField(required=False)

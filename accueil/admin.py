"""The desks and the announcements in the admin. The queue itself is never there: its rows are nobody's to edit."""

from django.contrib import admin

from accueil.models import Guichet, MessageAnnonce
from cite.administration import AdminCite, AdminTraduit


@admin.register(Guichet)
class GuichetAdmin(AdminCite):
    list_display = ["nom", "direction", "ordre", "actif"]


@admin.register(MessageAnnonce)
class MessageAnnonceAdmin(AdminTraduit):
    list_display = ["texte", "minutes", "ordre", "actif"]

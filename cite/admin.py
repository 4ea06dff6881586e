"""The place in the admin: poles, questions, vocabularies, hours, devices, accounts, settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import formats
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cite import appareils
from cite.administration import AdminCite, AdminTraduit
from cite.models import (
    Agent,
    Appareil,
    Fermeture,
    Horaire,
    Institution,
    Permanence,
    Pole,
    Public,
    Question,
    Reglages,
    Salle,
    Theme,
)
from cite.permanences import copier_semaine, lundi_de

admin.site.unregister(Group)  # roles are the code's (cite.droits), not rows that anyone edits


@admin.register(Pole)
class PoleAdmin(AdminTraduit):
    list_display = ["lettre", "nom", "picto", "teinte", "ordre", "actif", "est_accueil"]
    list_display_links = ["lettre", "nom"]
    prepopulated_fields = {"code": ["nom_court"]}


@admin.register(Question)
class QuestionAdmin(AdminTraduit):
    list_display = ["phrase", "pole", "ordre", "mise_en_avant", "actif"]
    list_select_related = ["pole"]
    list_filter = ["pole", "actif"]
    prepopulated_fields = {"slug": ["phrase"]}


@admin.register(Theme)
class ThemeAdmin(AdminCite):
    list_display = ["nom", "ordre", "actif"]
    list_filter = ["poles", "actif"]
    search_fields = ["nom"]
    filter_horizontal = ["poles"]


@admin.register(Public)
class PublicAdmin(AdminCite):
    list_display = ["nom", "ordre", "actif"]
    search_fields = ["nom"]


@admin.register(Salle)
class SalleAdmin(AdminCite):
    list_display = ["nom", "capacite", "acces_fauteuil", "boucle_magnetique", "actif"]


@admin.register(Institution)
class InstitutionAdmin(AdminCite):
    search_fields = ["nom"]


@admin.register(Horaire)
class HoraireAdmin(AdminCite):
    list_display = ["jour", "ouvre", "ferme", "pole"]
    list_select_related = ["pole"]
    list_filter = ["pole", "jour"]


@admin.register(Fermeture)
class FermetureAdmin(AdminTraduit):
    list_display = ["__str__", "pole", "debut", "fin"]
    list_select_related = ["pole"]
    list_filter = ["pole"]
    date_hierarchy = "debut"


@admin.register(Permanence)
class PermanenceAdmin(AdminCite):
    """The roster. A week is copied from its list: nothing is typed twice."""

    list_display = ["jour", "debut", "fin", "pole", "guichets", "institution"]
    list_display_links = ["jour"]
    list_editable = ["guichets"]
    list_filter = ["pole", "institution"]
    list_select_related = ["pole", "institution"]
    date_hierarchy = "date"
    ordering = ["-date", "debut", "pole__ordre"]
    save_as = True
    actions = ["copier_la_semaine", "copier_quatre_semaines"]

    @admin.display(description=_("jour"), ordering="date")
    def jour(self, permanence: Permanence) -> str:
        return formats.date_format(permanence.date, "D j M Y")

    @admin.action(description=_("Copier ces semaines sur la semaine suivante"), permissions=["add"])
    def copier_la_semaine(self, request: HttpRequest, choisies: QuerySet[Permanence]) -> None:
        self._copier(request, choisies, 1)

    @admin.action(description=_("Copier ces semaines sur les quatre suivantes"), permissions=["add"])
    def copier_quatre_semaines(self, request: HttpRequest, choisies: QuerySet[Permanence]) -> None:
        self._copier(request, choisies, 4)

    def _copier(self, request: HttpRequest, choisies: QuerySet[Permanence], semaines: int) -> None:
        lundis = sorted({lundi_de(jour) for jour in choisies.values_list("date", flat=True)})
        ajoutees = sum(copier_semaine(lundi, semaines=semaines) for lundi in lundis)
        texte = ngettext(
            "%(n)d permanence ajoutée. Ce que ces semaines avaient déjà n’a pas changé.",
            "%(n)d permanences ajoutées. Ce que ces semaines avaient déjà n’a pas changé.",
            ajoutees,
        )
        messages.success(request, texte % {"n": ajoutees})


class ReglagesForm(forms.ModelForm):
    langues = forms.MultipleChoiceField(
        label=_("langues proposées à la borne"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Aucune cochée : toutes. Le français est toujours proposé."),
    )


@admin.register(Reglages)
class ReglagesAdmin(AdminCite):
    form = ReglagesForm

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One row: the list would be a detour."""
        return redirect("admin:cite_reglages_change", 1)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Reglages:
        return Reglages.objects.filter(pk=1).first() or Reglages(pk=1)  # not the one that all share in memory


@admin.register(Appareil)
class AppareilAdmin(AdminCite):
    list_display = ["nom", "genre", "imprime", "appaire"]
    list_filter = ["genre"]
    filter_horizontal = ["poles"]
    actions = ["donner_un_code", "revoquer"]

    @admin.display(boolean=True, description=_("appairé"))
    def appaire(self, appareil: Appareil) -> bool:
        return appareil.est_appaire

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            self._montrer_code(request, obj)

    def _montrer_code(self, request: HttpRequest, appareil: Appareil) -> None:
        code = appareils.preparer_appairage(appareil)
        texte = _("Code d’appairage de {} : {} — à saisir sur l’appareil, à l’adresse /appairage/, dans l’heure. "
                  "Il n’est montré que cette fois.")  # fmt: skip
        messages.success(request, format_html(str(texte), appareil.nom, format_html("<strong>{}</strong>", code)))

    @admin.action(description=_("Donner un nouveau code d’appairage"), permissions=["change"])
    def donner_un_code(self, request: HttpRequest, choisis: QuerySet[Appareil]) -> None:
        for appareil in choisis:
            self._montrer_code(request, appareil)

    @admin.action(description=_("Révoquer : l’appareil devra être appairé de nouveau"), permissions=["change"])
    def revoquer(self, request: HttpRequest, choisis: QuerySet[Appareil]) -> None:
        for appareil in choisis:
            appareils.revoquer(appareil)
            self.log_change(request, appareil, [{"changed": {"name": "révocation", "object": str(appareil)}}])
        messages.success(request, _("C’est fait : ces appareils n’ouvrent plus rien."))


class AgentCreationForm(AdminUserCreationForm):
    class Meta:
        model = Agent
        fields = ["identifiant"]


class AgentChangeForm(UserChangeForm):
    class Meta:
        model = Agent
        fields = ["identifiant", "password", "groups", "institution", "is_active"]


@admin.register(Agent)
class AgentAdmin(AdminCite, UserAdmin):
    form = AgentChangeForm
    add_form = AgentCreationForm
    list_display = ["identifiant", "groupes", "institution", "is_active"]
    list_filter = ["groups", "is_active"]
    list_select_related = ["institution"]
    search_fields = ["identifiant"]
    ordering = ["identifiant"]
    filter_horizontal = ["groups"]
    fieldsets = [(None, {"fields": ["identifiant", "password", "groups", "institution", "is_active"]})]
    add_fieldsets = [
        (None, {"fields": ["identifiant", "usable_password", "password1", "password2"], "classes": ["wide"]})
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agent]:
        """A superuser is made at the console and seen only by its peers."""
        comptes = super().get_queryset(request).prefetch_related("groups")
        return comptes if request.user.is_superuser else comptes.filter(is_superuser=False)

    @admin.display(description=_("groupes"))
    def groupes(self, agent: Agent) -> str:
        return ", ".join(groupe.name for groupe in agent.groups.all())

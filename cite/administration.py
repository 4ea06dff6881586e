"""The admin of the house: its rights come from `cite.droits`, its reading pages only read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from cite.droits import Droit, page_de_refus, peut, peut_admin, roles_agent
from cite.lecture import lecture_seule
from cite.models import Traduisible
from cite.refus import Interdit


class SiteCite(admin.AdminSite):
    site_header = _("Administration")
    site_title = _("Cité des métiers")
    index_title = _("Le lieu et ses réglages")
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and peut(roles_agent(request.user), Droit.ADMINISTRER)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Wrap a page of the admin: on GET it may only read."""

        def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            with lecture_seule():
                return view(request, *args, **kwargs)

        return super().admin_view(gardee, cacheable)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One sign-in page for the whole house. An account without rights here is told so, not asked again."""
        suite = request.GET.get("next", "/admin/")
        if request.user.is_authenticated and not self.has_permission(request):
            return page_de_refus(request, Interdit(str(_("Ce compte n’entre pas dans l’administration."))))
        return redirect_to_login(suite)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if request.method != "POST":
            return redirect("admin:index")
        return super().logout(request, extra_context)


class AdminCite(admin.ModelAdmin):
    """A model of the admin, with the rights of `cite.droits.ADMIN` and nothing else."""

    list_per_page = 50

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Name the two halves of a date and time: the admin labels only the pair."""
        champ = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(champ, forms.SplitDateTimeField):
            for widget, moitie in zip(champ.widget.widgets, (_("date"), _("heure")), strict=True):
                widget.attrs["aria-label"] = f"{champ.label}, {moitie}"
        return champ

    def _peut(self, request: HttpRequest, action: str) -> bool:
        return request.user.is_authenticated and peut_admin(request.user, self.opts.label_lower, action)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._peut(request, "view")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._peut(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._peut(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._peut(request, "delete")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return any(self._peut(request, action) for action in ("view", "add", "change", "delete"))


class TraductionsForm(forms.ModelForm):
    """A form with one field per language and public text; what is left empty shows in French."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom, (langue, champ) in _champs(self._meta.model).items():
            self.initial[nom] = self.instance.traductions.get(langue, {}).get(champ, "")

    def save(self, commit: bool = True) -> Any:
        traductions: dict[str, dict[str, str]] = {}
        for nom, (langue, champ) in _champs(self._meta.model).items():
            if texte := self.cleaned_data.get(nom, "").strip():
                traductions.setdefault(langue, {})[champ] = texte
        self.instance.traductions = traductions
        return super().save(commit)


def _champs(modele: type[Traduisible]) -> dict[str, tuple[str, str]]:
    langues = [code for code, _nom in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    return {f"{champ}_{langue}": (langue, champ) for langue in langues for champ in modele.CHAMPS_TRADUITS}


def formulaire_traduit(modele: type[Traduisible]) -> type[TraductionsForm]:
    """Return the form class of a translatable model, with its fields declared so that the admin accepts them."""
    noms = dict(settings.LANGUAGES)
    champs: dict[str, Any] = {}
    for nom, (langue, champ) in _champs(modele).items():
        source: Any = modele._meta.get_field(champ)
        champs[nom] = forms.CharField(
            label=f"{str(source.verbose_name).capitalize()} ({noms[langue]})",
            max_length=source.max_length,
            required=False,
            widget=forms.TextInput(
                attrs={"class": "vTextField", "lang": langue, "dir": "rtl" if langue == "ar" else "ltr"}
            ),
        )
    meta = type("Meta", (), {"model": modele, "exclude": ["traductions"]})
    return type(f"{modele.__name__}Form", (TraductionsForm,), {**champs, "Meta": meta})


class AdminTraduit(AdminCite):
    """The admin of a translatable model: French first, the other languages in a folded section."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        self.form = formulaire_traduit(self.model)
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        traduits = list(_champs(self.model))
        francais = [nom for nom in self.get_fields(request, obj) if nom not in traduits]
        return [
            (None, {"fields": francais}),
            (_("Dans les autres langues"), {"fields": traduits, "classes": ["collapse"]}),
        ]

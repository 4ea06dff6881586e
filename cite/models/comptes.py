"""Who works here: an account is an identifier chosen by the coordination, never a name, an address or a telephone."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class Institution(models.Model):
    """A partner institution. Internal: it never appears on a public page (principle 1)."""

    nom = models.CharField(_("nom"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("institution partenaire")
        verbose_name_plural = _("institutions partenaires")
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom


class AgentManager(BaseUserManager["Agent"]):
    def create_user(self, identifiant: str, password: str | None = None, **champs: Any) -> Agent:
        agent = self.model(identifiant=self.model.normalize_username(identifiant), **champs)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent

    def create_superuser(self, identifiant: str, password: str | None = None, **champs: Any) -> Agent:
        return self.create_user(identifiant, password, is_superuser=True, **champs)


class Agent(AbstractBaseUser, PermissionsMixin):
    """An account of the staff: an identifier, a password, groups. No name, no e-mail, no last sign-in."""

    last_login = None  # a date of last presence would say who was there when

    identifiant = models.CharField(
        _("identifiant"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Des minuscules, des chiffres et des tirets."))],
        help_text=_("Un rôle et un numéro plutôt qu’un nom, par exemple « conseil-4 »."),
    )
    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text=_("Pour les comptes partenaires seulement. N’apparaît sur aucune page publique."),
    )
    is_active = models.BooleanField(
        _("actif"), default=True, help_text=_("Décochez à la fin d’une mise à disposition, plutôt que de supprimer.")
    )

    objects = AgentManager()

    USERNAME_FIELD = "identifiant"

    class Meta:
        verbose_name = _("compte d’agent")
        verbose_name_plural = _("comptes d’agents")
        ordering = ["identifiant"]

    def __str__(self) -> str:
        return self.identifiant

    @cached_property
    def noms_des_groupes(self) -> frozenset[str]:
        """Return the names of the account's groups."""
        return frozenset(self.groups.values_list("name", flat=True))

    @property
    def is_staff(self) -> bool:
        """Return whether the account enters the admin; the groups decide (`cite.droits`)."""
        from cite.droits import Droit, peut, roles_agent  # droits reads models: imported late to break the cycle

        return peut(roles_agent(self), Droit.ADMINISTRER)

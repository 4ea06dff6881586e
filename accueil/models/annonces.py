"""What the reception may say on the screens."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cite.models import Traduisible


class MessageAnnonce(Traduisible):
    """A sentence that the reception may put on the screens. A closed list: no free text about anyone (principle 4)."""

    CHAMPS_TRADUITS = ("texte",)

    texte = models.CharField(_("texte"), max_length=160, unique=True)
    minutes = models.PositiveSmallIntegerField(_("minutes d’affichage"), default=15)
    ordre = models.PositiveSmallIntegerField(_("ordre"), default=0)
    actif = models.BooleanField(_("actif"), default=True)

    class Meta:
        verbose_name = _("message d’annonce")
        verbose_name_plural = _("messages d’annonce")
        ordering = ["ordre", "texte"]

    def __str__(self) -> str:
        return self.texte


class Annonce(models.Model):
    """A message shown on the screens until an instant."""

    message = models.OneToOneField(
        MessageAnnonce, verbose_name=_("message"), on_delete=models.CASCADE, related_name="annonce"
    )
    debut = models.DateTimeField(_("affichée depuis"))
    fin = models.DateTimeField(_("jusqu’à"))

    class Meta:
        verbose_name = _("annonce")
        ordering = ["debut"]

    def __str__(self) -> str:
        return str(self.message)

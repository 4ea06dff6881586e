"""The kiosks and screens of the place."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cite.memoire import Reference
from cite.models.lieu import Pole


class Appareil(Reference):
    """A kiosk or a screen of the place, paired once with a code and revocable at any time."""

    class Genre(models.TextChoices):
        BORNE = "borne", _("borne à tickets")
        ECRAN = "ecran", _("écran d’appel")

    nom = models.SlugField(
        _("nom"), max_length=30, unique=True, help_text=_("Dans l’adresse d’un écran : /ecran/hall/.")
    )
    genre = models.CharField(_("genre"), max_length=10, choices=Genre.choices)
    imprime = models.BooleanField(
        _("imprime"), default=False, help_text=_("Une imprimante à tickets est branchée : le ticket sort tout seul.")
    )
    poles = models.ManyToManyField(
        Pole, verbose_name=_("pôles montrés"), blank=True, help_text=_("Aucun : tous les pôles.")
    )
    code_empreinte = models.CharField(max_length=64, blank=True, editable=False)
    code_expire = models.DateTimeField(null=True, blank=True, editable=False)
    jeton_empreinte = models.CharField(_("empreinte du jeton"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("appareil")
        ordering = ["genre", "nom"]
        constraints = [
            models.UniqueConstraint(
                fields=["jeton_empreinte"], condition=~Q(jeton_empreinte=""), name="appareil_jeton_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_genre_display()} {self.nom}"

    @property
    def est_appaire(self) -> bool:
        return self.jeton_empreinte != ""

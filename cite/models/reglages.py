"""What varies from one Cité to another and has no table of its own."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cite.memoire import Memoire


class Reglages(models.Model):
    """What varies from one Cité to another and has no table of its own: one row."""

    nom_cite = models.CharField(_("nom de la Cité"), max_length=60, default="Cité des métiers")
    depassements_max = models.PositiveSmallIntegerField(
        _("passages devant quelqu’un, au plus"),
        default=3,
        help_text=_("Une personne prioritaire passe devant ; personne n’est dépassé plus de fois que cela."),
    )
    rappel_ecart_s = models.PositiveSmallIntegerField(_("secondes entre deux rappels"), default=20)
    rappels_max = models.PositiveSmallIntegerField(_("rappels d’un même appel, au plus"), default=3)
    annulation_s = models.PositiveSmallIntegerField(_("secondes pour annuler une action"), default=30)
    numero_affiche_s = models.PositiveSmallIntegerField(
        _("secondes d’affichage du numéro à la borne"), default=30, validators=[MinValueValidator(10)]
    )
    inactivite_borne_s = models.PositiveSmallIntegerField(
        _("secondes avant le retour de la borne au début"), default=60, validators=[MinValueValidator(20)]
    )
    heure_bascule = models.TimeField(
        _("heure où la journée bascule"),
        default=time(4),
        help_text=_("Une soirée qui dépasse minuit reste la même journée jusqu’à cette heure."),
    )
    pause_min = models.PositiveSmallIntegerField(
        _("minutes pendant lesquelles « Je reviens » garde le tour"),
        default=45,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
        help_text=_("Ensuite la personne est de nouveau dans la file, à la place qu’elle avait."),
    )
    dernier_numero_min = models.PositiveSmallIntegerField(
        _("minutes avant la fermeture où un pôle cesse de donner des numéros"),
        default=15,
        validators=[MaxValueValidator(120)],
        help_text=_("Personne n’est interrompu : ceux qui attendent sont reçus."),
    )
    annonce_fermeture_min = models.PositiveSmallIntegerField(
        _("minutes avant ce dernier numéro où les écrans l’annoncent"), default=20, validators=[MaxValueValidator(120)]
    )
    numeros_par_code = models.PositiveSmallIntegerField(
        _("numéros pris au téléphone avec un même code d’écran, au plus"),
        default=20,
        help_text=_("Le code change chaque minute. Au-delà, la borne et l’accueil donnent les numéros."),
    )
    seuil_interne = models.PositiveSmallIntegerField(
        _("plus petit nombre montré dans le pilotage"), default=5, validators=[MinValueValidator(2)]
    )
    seuil_externe = models.PositiveSmallIntegerField(
        _("plus petit nombre montré hors de la Cité"), default=11, validators=[MinValueValidator(2)]
    )
    langues = models.JSONField(
        _("langues proposées à la borne"), default=list, blank=True, help_text=_("Vide : toutes les langues traduites.")
    )

    class Meta:
        verbose_name = _("réglages du lieu")
        verbose_name_plural = _("réglages du lieu")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="reglages_une_ligne")]

    def __str__(self) -> str:
        return self.nom_cite

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def lire(cls) -> Reglages:
        """Return the row, or the defaults while nobody has saved any; from memory (`cite.memoire`)."""
        return _reglages()


_reglages = Memoire(lambda: Reglages.objects.filter(pk=1).first() or Reglages(pk=1), Reglages)

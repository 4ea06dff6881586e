"""What remains of a day: counters, histograms and scores, and the tables published from them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cite.models import Pole, Theme


class Comptage(models.Model):
    """Counters by day × half-day × pole × measure. A row at zero means counted and none; no row, not counted."""

    class Mesure(models.TextChoices):
        TICKETS = "tickets", _("tickets pris")
        ENTRETIENS = "entretiens", _("entretiens")
        SANS_ENTRETIEN = "sans_entretien", _("partis sans entretien")
        ABSENTS = "absents", _("absents à l’appel")
        PARTIS = "partis", _("partis avant l’appel, en le disant")

    date = models.DateField(_("date"))
    matin = models.BooleanField(_("matin"))
    pole = models.ForeignKey(Pole, verbose_name=_("pôle"), on_delete=models.PROTECT, related_name="+")
    mesure = models.CharField(_("mesure"), max_length=16, choices=Mesure.choices)
    nombre = models.PositiveIntegerField(_("nombre"), default=0)

    class Meta:
        verbose_name = _("comptage")
        ordering = ["date", "-matin", "pole", "mesure"]
        constraints = [models.UniqueConstraint(fields=["date", "matin", "pole", "mesure"], name="comptage_unique")]

    def __str__(self) -> str:
        return f"{self.date} {self.mesure} {self.nombre}"


class ComptageDimension(models.Model):
    """Counters of one dimension alone (never crossed with another): theme, question, language, passage, priority,
    hour of arrival.
    """

    class Dimension(models.TextChoices):
        THEME = "theme", _("thème")
        QUESTION = "question", _("question")
        LANGUE = "langue", _("langue")
        PASSAGE = "passage", _("passage d’un pôle à un autre")
        PRIORITE = "priorite", _("priorité")
        HEURE = "heure", _("heure d’arrivée")

    date = models.DateField(_("date"))
    dimension = models.CharField(_("dimension"), max_length=10, choices=Dimension.choices)
    valeur = models.CharField(_("valeur"), max_length=80)
    nombre = models.PositiveIntegerField(_("nombre"), default=0)

    class Meta:
        verbose_name = _("comptage d’une dimension")
        verbose_name_plural = _("comptages d’une dimension")
        ordering = ["date", "dimension", "valeur"]
        constraints = [models.UniqueConstraint(fields=["date", "dimension", "valeur"], name="dimension_unique")]

    def __str__(self) -> str:
        return f"{self.date} {self.dimension} {self.valeur} {self.nombre}"


class Histogramme(models.Model):
    """How many waits and interviews of a day fell in each slice of five minutes, by pole.

    ``ecart`` has slices of its own: twentieths of the range told (`accueil.prevision.tranche`).
    """

    class Mesure(models.TextChoices):
        ATTENTE = "attente", _("attente")
        ENTRETIEN = "entretien", _("durée d’entretien")
        ECART = "ecart", _("écart à la prévision")

    date = models.DateField(_("date"))
    pole = models.ForeignKey(Pole, verbose_name=_("pôle"), on_delete=models.PROTECT, related_name="+")
    mesure = models.CharField(_("mesure"), max_length=10, choices=Mesure.choices)
    minutes = models.PositiveSmallIntegerField(_("à partir de (minutes)"))
    nombre = models.PositiveIntegerField(_("nombre"), default=0)

    class Meta:
        verbose_name = _("histogramme")
        ordering = ["date", "pole", "mesure", "minutes"]
        constraints = [models.UniqueConstraint(fields=["date", "pole", "mesure", "minutes"], name="histogramme_unique")]

    def __str__(self) -> str:
        return f"{self.date} {self.mesure} {self.minutes} min : {self.nombre}"


class DureeTheme(models.Model):
    """How long interviews last by pole and theme, by slice and month: the waiting time learns from it."""

    mois = models.DateField(_("mois"))
    pole = models.ForeignKey(Pole, verbose_name=_("pôle"), on_delete=models.PROTECT, related_name="+")
    theme = models.ForeignKey(Theme, verbose_name=_("thème"), on_delete=models.CASCADE, related_name="+")
    minutes = models.PositiveSmallIntegerField(_("à partir de (minutes)"))
    nombre = models.PositiveIntegerField(_("nombre"), default=0)

    class Meta:
        verbose_name = _("durée par thème")
        verbose_name_plural = _("durées par thème")
        ordering = ["mois", "pole", "theme", "minutes"]
        constraints = [models.UniqueConstraint(fields=["mois", "pole", "theme", "minutes"], name="duree_theme_unique")]

    def __str__(self) -> str:
        return f"{self.mois} {self.minutes} min : {self.nombre}"


class ScorePrevision(models.Model):
    """How well the waiting times told on a day held, by pole and hour of arrival: sums over those who were received."""

    date = models.DateField(_("date"))
    pole = models.ForeignKey(Pole, verbose_name=_("pôle"), on_delete=models.PROTECT, related_name="+")
    heure = models.PositiveSmallIntegerField(_("heure d’arrivée"))
    nombre = models.PositiveIntegerField(_("attentes prévues"), default=0)
    erreur = models.PositiveIntegerField(_("somme des écarts au milieu (min)"), default=0)
    erreur_naive = models.PositiveIntegerField(_("somme des écarts de la règle simple (min)"), default=0)
    trop_court = models.PositiveIntegerField(_("annoncées dix minutes trop courtes"), default=0)
    dedans = models.PositiveIntegerField(_("dans la fourchette"), default=0)

    class Meta:
        verbose_name = _("score de la prévision")
        verbose_name_plural = _("scores de la prévision")
        ordering = ["date", "pole", "heure"]
        constraints = [models.UniqueConstraint(fields=["date", "pole", "heure"], name="score_unique")]

    def __str__(self) -> str:
        return f"{self.date} {self.heure} h : {self.nombre}"


class TableauFige(models.Model):
    """A table of a closed period as first published: publishing it again tells nothing new (design, "Counting")."""

    cle = models.CharField(_("tableau"), max_length=120, unique=True)
    contenu = models.JSONField(_("contenu"))
    fige_le = models.DateTimeField(_("figé le"))

    class Meta:
        verbose_name = _("tableau figé")
        verbose_name_plural = _("tableaux figés")
        ordering = ["cle"]

    def __str__(self) -> str:
        return self.cle

"""When the place is open: the week, what closes it, and the roster of those who hold the desks."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cite.models.comptes import Institution
from cite.models.lieu import Pole, Traduisible


class Horaire(models.Model):
    """A weekly opening. Without a pole it is the Cité's; a pole that has rows of its own follows only those."""

    class Jour(models.IntegerChoices):
        LUNDI = 0, _("lundi")
        MARDI = 1, _("mardi")
        MERCREDI = 2, _("mercredi")
        JEUDI = 3, _("jeudi")
        VENDREDI = 4, _("vendredi")
        SAMEDI = 5, _("samedi")
        DIMANCHE = 6, _("dimanche")

    pole = models.ForeignKey(
        Pole, verbose_name=_("pôle"), null=True, blank=True, on_delete=models.CASCADE, related_name="horaires",
        help_text=_("Vide : toute la Cité."),
    )  # fmt: skip
    jour = models.PositiveSmallIntegerField(_("jour"), choices=Jour.choices)
    ouvre = models.TimeField(_("ouvre à"))
    ferme = models.TimeField(
        _("ferme à"), help_text=_("Plus tôt que l’ouverture : le lendemain, pour une nocturne après minuit.")
    )

    class Meta:
        verbose_name = _("horaire")
        ordering = ["pole__ordre", "jour", "ouvre"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(ouvre=F("ferme")),
                name="horaire_non_vide",
                violation_error_message=_("L’heure de fermeture est la même que l’heure d’ouverture."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_jour_display()} {self.ouvre:%H:%M}–{self.ferme:%H:%M}"


class Fermeture(Traduisible):
    """An exceptional closure of the Cité or of one pole, between two instants."""

    CHAMPS_TRADUITS = ("motif",)

    pole = models.ForeignKey(
        Pole, verbose_name=_("pôle"), null=True, blank=True, on_delete=models.CASCADE, related_name="fermetures",
        help_text=_("Vide : toute la Cité."),
    )  # fmt: skip
    debut = models.DateTimeField(_("du"))
    fin = models.DateTimeField(_("au"))
    motif = models.CharField(_("motif"), max_length=120, blank=True, help_text=_("Affiché aux visiteurs."))

    class Meta:
        verbose_name = _("fermeture exceptionnelle")
        verbose_name_plural = _("fermetures exceptionnelles")
        ordering = ["-debut"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="fermeture_finit_apres_debut",
                violation_error_message=_("La fin doit venir après le début."),
            ),
        ]

    def __str__(self) -> str:
        return self.motif or f"{self.debut:%d/%m/%Y %H:%M}"


class Permanence(models.Model):
    """A line of the roster: so many desks of a pole, on a date, from an hour to another, lent by an institution.

    Never a person. It is the only source of a partner's share (principle 4: never the interviews), gives a pole its
    hours in the weeks where it has any, and tells the waiting time who will be there.
    """

    pole = models.ForeignKey(Pole, verbose_name=_("pôle"), on_delete=models.CASCADE, related_name="permanences")
    date = models.DateField(_("date"))
    debut = models.TimeField(_("de"))
    fin = models.TimeField(_("à"), help_text=_("Plus tôt que le début : le lendemain, pour une soirée après minuit."))
    guichets = models.PositiveSmallIntegerField(
        _("guichets tenus"), default=1, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        on_delete=models.PROTECT,
        related_name="permanences",
        help_text=_("Celle qui prête ses conseillers. N’apparaît sur aucune page publique."),
    )

    class Meta:
        verbose_name = _("permanence")
        verbose_name_plural = _("permanences")
        ordering = ["date", "debut", "pole__ordre"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(debut=F("fin")),
                name="permanence_non_vide",
                violation_error_message=_("L’heure de fin est la même que l’heure de début."),
            ),
            models.CheckConstraint(
                condition=Q(guichets__gte=1),
                name="permanence_un_guichet",
                violation_error_message=_("Une permanence tient au moins un guichet."),
            ),
            models.UniqueConstraint(
                fields=["date", "pole", "institution", "debut"],
                name="permanence_unique",
                violation_error_message=_("Cette institution tient déjà ce pôle à cette heure-là."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pole} {self.date:%d/%m/%Y} {self.debut:%H:%M}–{self.fin:%H:%M}"

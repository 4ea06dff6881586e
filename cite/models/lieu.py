"""What the place is made of: poles, questions, themes, publics, rooms."""

from __future__ import annotations

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cite.memoire import AvecReferences, Reference


class Traduisible(models.Model):
    """A row whose public words exist in several languages; French is in the columns, the rest in one JSON."""

    CHAMPS_TRADUITS: tuple[str, ...] = ()

    traductions = models.JSONField(
        _("traductions"),
        default=dict,
        blank=True,
        help_text=_("Par langue puis par champ. Ce qui manque s’affiche en français."),
    )

    class Meta:
        abstract = True

    def traduit(self, champ: str) -> str:
        """Return a public text in the active language, in French where no translation exists."""
        textes = self.traductions.get(get_language() or "fr", {})
        return textes.get(champ) or getattr(self, champ)


class Pole(Traduisible, Reference):
    """A counselling area of the Cité, with its letter, pictogram and hue (never a hue alone)."""

    class Picto(models.TextChoices):
        BULLE = "accueil", _("bulle")
        BOUSSOLE = "orientation", _("boussole")
        LIVRE = "formation", _("livre")
        VALISE = "emploi", _("mallette")
        CHEMIN = "changer", _("chemins croisés")
        POUSSE = "activite", _("pousse")
        MAIN = "main", _("main tendue")
        GLOBE = "globe", _("globe")

    class Teinte(models.TextChoices):
        ACCUEIL = "accueil", _("bleu canard")
        ORIENTATION = "orientation", _("bleu")
        FORMATION = "formation", _("vert")
        EMPLOI = "emploi", _("brique")
        CHANGER = "changer", _("violet")
        ACTIVITE = "activite", _("ocre")
        PRUNE = "prune", _("prune")
        ARDOISE = "ardoise", _("ardoise")

    CHAMPS_TRADUITS = ("nom", "nom_court")

    code = models.SlugField(_("code"), max_length=30, unique=True)
    lettre = models.CharField(
        _("lettre"),
        max_length=1,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]$", _("Une lettre majuscule."))],
        help_text=_("Elle commence les numéros : « C 024 »."),
    )
    nom = models.CharField(_("nom"), max_length=80)
    nom_court = models.CharField(_("nom court"), max_length=24, help_text=_("Pour les écrans."))
    picto = models.CharField(_("pictogramme"), max_length=20, choices=Picto.choices)
    teinte = models.CharField(_("teinte"), max_length=20, choices=Teinte.choices)
    ordre = models.PositiveSmallIntegerField(_("ordre"), default=0)
    actif = models.BooleanField(_("actif"), default=True)
    est_accueil = models.BooleanField(
        _("premier accueil"),
        default=False,
        help_text=_("Le pôle qui reçoit « Je ne sais pas par où commencer » et tous ceux dont le pôle est fermé."),
    )

    class Meta:
        verbose_name = _("pôle")
        verbose_name_plural = _("pôles")
        ordering = ["ordre", "lettre"]
        constraints = [
            models.UniqueConstraint(
                fields=["est_accueil"],
                condition=Q(est_accueil=True),
                name="un_seul_accueil",
                violation_error_message=_("Un seul pôle est le premier accueil."),
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @classmethod
    def actifs(cls) -> list[Pole]:
        """Return the poles of the place in order, from memory."""
        return [pole for pole in cls.de_memoire().values() if pole.actif]


class Question(Traduisible, Reference, AvecReferences):
    """What brings a visitor, in the visitor's words (principle 2). The entry to everything else."""

    CHAMPS_TRADUITS = ("phrase", "precision")

    slug = models.SlugField(_("adresse"), max_length=50, unique=True)
    phrase = models.CharField(_("phrase"), max_length=80, help_text=_("À la première personne : « Je veux… »."))
    precision = models.CharField(_("précision"), max_length=120, blank=True)
    pole = models.ForeignKey(Pole, verbose_name=_("pôle"), on_delete=models.PROTECT, related_name="questions")
    mise_en_avant = models.BooleanField(
        _("mise en avant"), default=False, help_text=_("Affichée en grand, pour qui ne sait par où commencer.")
    )
    ordre = models.PositiveSmallIntegerField(_("ordre"), default=0)
    actif = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("question")
        ordering = ["ordre", "phrase"]

    def __str__(self) -> str:
        return self.phrase

    @classmethod
    def posees(cls) -> list[Question]:
        """Return the questions that visitors are offered, in order, from memory: active, as their poles are."""
        return [question for question in cls.de_memoire().values() if question.actif and question.pole.actif]


class Theme(models.Model):
    """A subject of an interview, a document or an event, from a closed list."""

    nom = models.CharField(_("nom"), max_length=80, unique=True)
    poles = models.ManyToManyField(Pole, verbose_name=_("pôles"), blank=True, related_name="themes")
    ordre = models.PositiveSmallIntegerField(_("ordre"), default=0)
    actif = models.BooleanField(_("actif"), default=True)

    class Meta:
        verbose_name = _("thème")
        ordering = ["ordre", "nom"]

    def __str__(self) -> str:
        return self.nom


class Public(models.Model):
    """For whom a content was made: a way to find it, never a condition (charter, "publics")."""

    nom = models.CharField(_("nom"), max_length=80, unique=True)
    ordre = models.PositiveSmallIntegerField(_("ordre"), default=0)
    actif = models.BooleanField(_("actif"), default=True)

    class Meta:
        verbose_name = _("public")
        verbose_name_plural = _("publics")
        ordering = ["ordre", "nom"]

    def __str__(self) -> str:
        return self.nom


class Salle(models.Model):
    """A room of the place."""

    nom = models.CharField(_("nom"), max_length=60, unique=True)
    capacite = models.PositiveSmallIntegerField(_("places assises"), validators=[MinValueValidator(1)])
    acces_fauteuil = models.BooleanField(_("accès fauteuil"), default=False)
    boucle_magnetique = models.BooleanField(_("boucle magnétique"), default=False)
    actif = models.BooleanField(_("utilisable"), default=True)

    class Meta:
        verbose_name = _("salle")
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom

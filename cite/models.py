"""The shared floor: who works here, what the place is made of, when it is open.

Charter, principle 4 ("anonymat réciproque"): no model of this file can hold the name of a visitor, and an
agent is an account with an identifier chosen by the coordination, never a name, an address or a telephone.
Every text column is listed in `cite.registre` with the reason why it cannot identify anyone.
"""

from __future__ import annotations

from datetime import time
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cite.memoire import AvecReferences, Memoire, Reference


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


__all__ = [
    "Agent", "Appareil", "Fermeture", "Horaire", "Institution", "Pole", "Public", "Question", "Reglages", "Salle",
    "Theme", "Traduisible",
]  # fmt: skip

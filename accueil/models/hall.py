"""The hall of one day: desks, queues, tickets, calls, interviews. All of it is deleted when the day closes."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accueil.etats import AU_GUICHET, Action, Etat
from cite.memoire import AvecReferences, Reference
from cite.models import Pole, Question, Theme


class Guichet(Reference):
    """A desk of the place. What it serves is chosen when somebody sits down, not here."""

    nom = models.CharField(_("nom"), max_length=12, unique=True, help_text=_("Tel qu’on l’annonce : « 4 »."))
    direction = models.CharField(
        _("comment y aller"), max_length=60, blank=True, help_text=_("Par exemple « au fond à gauche ».")
    )
    ordre = models.PositiveSmallIntegerField(_("ordre"), default=0)
    actif = models.BooleanField(_("actif"), default=True)

    class Meta:
        verbose_name = _("guichet")
        ordering = ["ordre", "nom"]

    def __str__(self) -> str:
        return self.nom


class Journee(models.Model):
    """A day of the Cité. Its rows live while it is open; closing turns them into counters."""

    date = models.DateField(_("date"), unique=True)
    cloturee_le = models.DateTimeField(_("clôturée le"), null=True, blank=True)
    dernier_rang = models.PositiveIntegerField(_("rang du dernier appel"), default=0)

    class Meta:
        verbose_name = _("journée")
        ordering = ["-date"]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y}"


class FileAttente(models.Model):
    """The queue of one pole for one day: the counter that gives the numbers, and the hand on the door."""

    class Porte(models.TextChoices):
        HORAIRES = "horaires", _("selon les horaires")
        OUVERTE = "ouverte", _("ouverte par l’accueil")
        FERMEE = "fermee", _("fermée par l’accueil")

    journee = models.ForeignKey(Journee, verbose_name=_("journée"), on_delete=models.CASCADE, related_name="files")
    pole = models.ForeignKey(Pole, verbose_name=_("pôle"), on_delete=models.PROTECT)
    dernier_numero = models.PositiveIntegerField(_("dernier numéro"), default=0)
    porte = models.CharField(_("porte"), max_length=10, choices=Porte.choices, default=Porte.HORAIRES)

    class Meta:
        verbose_name = _("file d’attente")
        verbose_name_plural = _("files d’attente")
        constraints = [models.UniqueConstraint(fields=["journee", "pole"], name="une_file_par_pole_et_jour")]

    def __str__(self) -> str:
        return f"{self.pole} {self.journee}"


class GuichetOuvert(AvecReferences):
    """A desk where somebody sits now. Who, nobody knows: the browser holds a token, the row its hash."""

    guichet = models.OneToOneField(Guichet, verbose_name=_("guichet"), on_delete=models.CASCADE, related_name="ouvert")
    journee = models.ForeignKey(Journee, verbose_name=_("journée"), on_delete=models.CASCADE)
    jeton_empreinte = models.CharField(_("empreinte du jeton"), max_length=64, unique=True)
    poles = models.ManyToManyField(Pole, verbose_name=_("pôles servis"))
    en_pause = models.BooleanField(_("en pause"), default=False)

    class Meta:
        verbose_name = _("guichet ouvert")
        verbose_name_plural = _("guichets ouverts")

    def __str__(self) -> str:
        return str(self.guichet)

    @cached_property
    def poles_servis(self) -> list[Pole]:
        """Return the poles that the desk serves, in the order of the place."""
        servis = set(self.poles.through.objects.filter(guichetouvert=self).values_list("pole_id", flat=True))
        return [pole for pole in Pole.de_memoire().values() if pole.pk in servis]


def dans_la_file(maintenant: datetime) -> Q:
    """Return who may be called next: those who wait, and those whose pause is over, at the place they had."""
    return Q(etat=Etat.EN_ATTENTE) | Q(etat=Etat.EN_PAUSE, pause_jusqua__lte=maintenant)


class Ticket(AvecReferences):
    """A visitor's turn: a number of the day and a token. Its rank in the queue is its primary key, never a clock."""

    journee = models.ForeignKey(Journee, verbose_name=_("journée"), on_delete=models.CASCADE)
    pole_numero = models.ForeignKey(Pole, on_delete=models.PROTECT, related_name="+", verbose_name=_("pôle du numéro"))
    numero = models.PositiveIntegerField(_("numéro"))
    pole = models.ForeignKey(Pole, verbose_name=_("pôle"), on_delete=models.PROTECT, related_name="tickets")
    question = models.ForeignKey(
        Question, verbose_name=_("question"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    langue = models.CharField(_("langue"), max_length=7, default="fr")
    etat = models.CharField(_("état"), max_length=12, choices=Etat.choices, default=Etat.EN_ATTENTE)
    depuis = models.DateTimeField(_("dans cet état depuis"))
    arrivee = models.DateTimeField(_("arrivée"))
    priorite = models.BooleanField(_("prioritaire"), default=False)
    depassements = models.PositiveSmallIntegerField(_("fois dépassé"), default=0)
    guichet = models.ForeignKey(
        Guichet, verbose_name=_("guichet"), null=True, blank=True, on_delete=models.PROTECT, related_name="tickets"
    )
    jeton_empreinte = models.CharField(_("empreinte du jeton"), max_length=64, unique=True)
    pause_jusqua = models.DateTimeField(
        _("pause jusqu’à"), null=True, blank=True, help_text=_("Vide : jusqu’à ce que l’accueil la finisse.")
    )
    # What was forecast when the number was taken, in minutes, to be scored at night; empty where nothing was said.
    prevu_bas = models.PositiveSmallIntegerField(_("prévu, au moins"), null=True, blank=True)
    prevu_milieu = models.PositiveSmallIntegerField(_("prévu, milieu"), null=True, blank=True)
    prevu_haut = models.PositiveSmallIntegerField(_("prévu, au plus"), null=True, blank=True)
    prevu_naif = models.PositiveSmallIntegerField(_("prévu, règle simple"), null=True, blank=True)

    geste: Transition | None = None  # the move that was just made, on the ticket that a rule returns; None for a retry

    class Meta:
        verbose_name = _("ticket")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["journee", "pole_numero", "numero"], name="numero_unique_du_jour"),
            models.UniqueConstraint(
                fields=["guichet"], condition=Q(etat__in=AU_GUICHET), name="un_visiteur_par_guichet"
            ),
            models.CheckConstraint(
                condition=Q(etat__in=AU_GUICHET, guichet__isnull=False)
                | (~Q(etat__in=AU_GUICHET) & Q(guichet__isnull=True)),
                name="guichet_si_et_seulement_si_appele",
            ),
        ]
        indexes = [
            models.Index(fields=["pole", "id"], condition=Q(etat=Etat.EN_ATTENTE), name="tickets_en_attente"),
        ]

    def __str__(self) -> str:
        return self.libelle

    @property
    def libelle(self) -> str:
        """Return the number as it is shown and called: ``C 024``."""
        return f"{self.pole_numero.lettre} {self.numero:03d}"

    def attend(self, maintenant: datetime) -> bool:
        """Return whether this ticket is one of `dans_la_file`."""
        finie = self.pause_jusqua is not None and self.pause_jusqua <= maintenant
        return self.etat == Etat.EN_ATTENTE or (self.etat == Etat.EN_PAUSE and finie)


class Transition(AvecReferences):
    """The journal: one row for each move, written by the winner of the compare-and-set only."""

    ticket = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.CASCADE, related_name="transitions")
    action = models.CharField(_("action"), max_length=16, choices=Action.choices)
    de = models.CharField(_("de"), max_length=12, choices=Etat.choices, blank=True)
    vers = models.CharField(_("vers"), max_length=12, choices=Etat.choices)
    pole = models.ForeignKey(Pole, verbose_name=_("pôle"), on_delete=models.PROTECT, related_name="+")
    guichet = models.ForeignKey(
        Guichet, verbose_name=_("guichet"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    instant = models.DateTimeField(_("instant"))
    cle = models.CharField(_("clé du geste"), max_length=40, unique=True)
    avant = models.JSONField(_("état d’avant"), default=dict)
    annulee = models.BooleanField(_("annulée"), default=False)

    class Meta:
        verbose_name = _("transition")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.action}"


class Appel(AvecReferences):
    """The ordered log of calls that screens replay. ``rang`` has no gap and follows the order of commits."""

    journee = models.ForeignKey(Journee, verbose_name=_("journée"), on_delete=models.CASCADE, related_name="appels")
    rang = models.PositiveIntegerField(_("rang"))
    ticket = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.CASCADE, related_name="appels")
    guichet = models.ForeignKey(Guichet, verbose_name=_("guichet"), on_delete=models.PROTECT, related_name="+")
    instant = models.DateTimeField(_("instant"))
    rappel = models.BooleanField(_("rappel"), default=False)
    annule = models.BooleanField(_("annulé"), default=False)

    class Meta:
        verbose_name = _("appel")
        ordering = ["rang"]
        constraints = [models.UniqueConstraint(fields=["journee", "rang"], name="rang_unique_du_jour")]

    def __str__(self) -> str:
        return f"{self.rang} : {self.ticket_id}"


class Entretien(AvecReferences):
    """An interview: a ticket, a desk, two instants, themes from the closed list. Never an advisor."""

    ticket = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.CASCADE, related_name="entretiens")
    guichet = models.ForeignKey(Guichet, verbose_name=_("guichet"), on_delete=models.PROTECT, related_name="+")
    pole = models.ForeignKey(Pole, verbose_name=_("pôle"), on_delete=models.PROTECT, related_name="+")
    debut = models.DateTimeField(_("début"))
    fin = models.DateTimeField(_("fin"), null=True, blank=True)
    themes = models.ManyToManyField(Theme, verbose_name=_("thèmes"), blank=True, related_name="+")

    class Meta:
        verbose_name = _("entretien")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["guichet"], condition=Q(fin=None), name="un_entretien_par_guichet"),
            models.UniqueConstraint(fields=["ticket"], condition=Q(fin=None), name="un_entretien_par_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} au guichet {self.guichet_id}"


class FenetrePresence(models.Model):
    """How many numbers were taken from telephones with the code that the screens showed in one minute. Nobody's."""

    minute = models.DateTimeField(_("minute"), unique=True)
    pris = models.PositiveIntegerField(_("numéros pris"), default=0)

    class Meta:
        verbose_name = _("fenêtre de présence")
        verbose_name_plural = _("fenêtres de présence")
        ordering = ["minute"]

    def __str__(self) -> str:
        return f"{self.minute:%H:%M} {self.pris}"

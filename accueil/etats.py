"""The states of a ticket and the moves between them. The table is the whole truth: what is not in it is refused."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Etat(TextChoices):
    EN_ATTENTE = "en_attente", _("en attente")
    EN_PAUSE = "en_pause", _("en pause")
    APPELE = "appele", _("appelé")
    EN_ENTRETIEN = "en_entretien", _("en entretien")
    ABSENT = "absent", _("absent à l’appel")
    TERMINE = "termine", _("terminé")
    PARTI = "parti", _("parti")


class Action(TextChoices):
    PRENDRE = "prendre", _("prendre un ticket")
    APPELER = "appeler", _("appeler")
    RAPPELER = "rappeler", _("rappeler")
    COMMENCER = "commencer", _("commencer l’entretien")
    TERMINER = "terminer", _("terminer l’entretien")
    PASSER = "passer", _("passer à un autre pôle")
    SIGNALER_ABSENT = "signaler_absent", _("signaler absent")
    RAMENER = "ramener", _("ramener dans la file")
    METTRE_EN_PAUSE = "mettre_en_pause", _("mettre en pause")
    REPRENDRE = "reprendre", _("reprendre sa place")
    DEPLACER = "deplacer", _("changer de pôle")
    PRIORISER = "prioriser", _("rendre prioritaire")
    DEPRIORISER = "deprioriser", _("ôter la priorité")
    RETIRER = "retirer", _("retirer de la file")
    ANNULER = "annuler", _("annuler la dernière action")


AU_GUICHET = (Etat.APPELE, Etat.EN_ENTRETIEN)
DANS_LE_HALL = (Etat.EN_ATTENTE, Etat.EN_PAUSE, Etat.ABSENT)
FINIS = (Etat.TERMINE, Etat.PARTI)

# action → the states it leaves from, and the state it goes to (None: the state does not change)
TRANSITIONS: dict[Action, tuple[tuple[Etat, ...], Etat | None]] = {
    Action.APPELER: ((Etat.EN_ATTENTE, Etat.EN_PAUSE, Etat.ABSENT), Etat.APPELE),
    Action.RAPPELER: ((Etat.APPELE,), None),
    Action.COMMENCER: ((Etat.APPELE,), Etat.EN_ENTRETIEN),
    Action.TERMINER: ((Etat.EN_ENTRETIEN,), Etat.TERMINE),
    Action.PASSER: ((Etat.APPELE, Etat.EN_ENTRETIEN), Etat.EN_ATTENTE),
    Action.SIGNALER_ABSENT: ((Etat.APPELE,), Etat.ABSENT),
    Action.RAMENER: ((Etat.ABSENT,), Etat.EN_ATTENTE),
    Action.METTRE_EN_PAUSE: ((Etat.EN_ATTENTE,), Etat.EN_PAUSE),
    Action.REPRENDRE: ((Etat.EN_PAUSE,), Etat.EN_ATTENTE),
    Action.DEPLACER: ((Etat.EN_ATTENTE, Etat.EN_PAUSE, Etat.ABSENT), None),
    Action.PRIORISER: ((Etat.EN_ATTENTE, Etat.EN_PAUSE, Etat.ABSENT), None),
    Action.DEPRIORISER: ((Etat.EN_ATTENTE, Etat.EN_PAUSE, Etat.ABSENT), None),
    Action.RETIRER: ((Etat.EN_ATTENTE, Etat.EN_PAUSE, Etat.ABSENT), Etat.PARTI),
}

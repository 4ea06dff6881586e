"""The roster: copying a week onto others, in one gesture."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from cite import memoire
from cite.models import Permanence

SEMAINES_MAX = 26


def lundi_de(jour: date) -> date:
    """Return the Monday of the week of a date."""
    return jour - timedelta(days=jour.weekday())


def copier_semaine(lundi: date, *, semaines: int = 1) -> int:
    """Copy the roster of a week onto each of the ``semaines`` that follow; return how many lines were added.

    What a week already has stays as it is: a line of the same pole, institution and hour is not written twice, so
    copying again adds nothing.
    """
    modeles = list(Permanence.objects.filter(date__range=(lundi, lundi + timedelta(days=6))))
    decalages = [timedelta(weeks=n) for n in range(1, semaines + 1)]
    copies = [
        Permanence(
            pole_id=p.pole_id,
            date=p.date + decalage,
            debut=p.debut,
            fin=p.fin,
            guichets=p.guichets,
            institution_id=p.institution_id,
        )
        for decalage in decalages
        for p in modeles
    ]
    with transaction.atomic():
        avant = Permanence.objects.count()
        Permanence.objects.bulk_create(copies, ignore_conflicts=True)
        ajoutees = Permanence.objects.count() - avant
    memoire.tout_oublier()
    return ajoutees

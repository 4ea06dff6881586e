"""Publish the figures of every period that has ended. Run nightly; the first request of a day does it too."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accueil.models import Comptage
from accueil.publication.figer import figer_celles_de
from accueil.regles.journee import jour_courant


class Command(BaseCommand):
    help = "Fige les chiffres de toutes les périodes finies qui ne le sont pas encore. Peut être relancée."

    def handle(self, *args: Any, **options: Any) -> None:
        maintenant = timezone.now()
        jours = Comptage.objects.filter(date__lt=jour_courant(maintenant)).order_by("date")
        neuves = figer_celles_de(set(jours.values_list("date", flat=True)), maintenant=maintenant)
        self.stdout.write(f"{neuves} période(s) figée(s).")

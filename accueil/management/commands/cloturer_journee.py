"""Close the day: count, then forget. Run every night (cron, systemd timer); the first request of a day does it too."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accueil.lectures import dans_le_hall
from accueil.models import Journee
from accueil.regles.journee import cloturer_journee, cloturer_journees_passees, jour_courant


class Command(BaseCommand):
    help = "Clôture la journée : compte, puis efface tout ce qui distingue un visiteur d’un autre. Peut être relancée."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--malgre-les-presents", action="store_true", help="clôture même si des personnes attendent encore"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        maintenant = timezone.now()
        comptes = cloturer_journees_passees(maintenant=maintenant)
        presents = len(dans_le_hall(maintenant))
        if presents and not options["malgre_les_presents"]:
            raise CommandError(
                f"{presents} personne{'s' if presents > 1 else ''} encore dans le hall : la journée reste ouverte. "
                "Attendez la fermeture, ou ajoutez --malgre-les-presents."
            )
        journee = Journee.objects.filter(date=jour_courant(maintenant)).first()
        if journee is not None:
            comptes += cloturer_journee(journee, maintenant=maintenant)
        pluriel = "s" if comptes > 1 else ""
        self.stdout.write(f"Journée close : {comptes} ticket{pluriel} compté{pluriel}, plus aucune ligne individuelle.")

"""Bring the hall to life with simulated visitors and desks, through the real rules. For demonstrations."""

from __future__ import annotations

import signal
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accueil.regles.journee import cloturer_journees_passees
from accueil.simulation import Simulation


class Command(BaseCommand):
    help = "Anime le hall : des visiteurs simulés arrivent, des guichets appellent. En démonstration seulement."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--vitesse", type=float, default=12, help="minutes simulées par minute réelle (1 à 600)")
        parser.add_argument("--graine", type=int, help="pour rejouer le même hasard")
        parser.add_argument("--pas", type=int, help="s’arrête après ce nombre de pas")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError("Des visiteurs simulés n’ont rien à faire dans une vraie Cité : DEMO=1 est demandé.")
        if not 1 <= options["vitesse"] <= 600:
            raise CommandError("La vitesse va de 1 à 600.")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        cloturer_journees_passees()
        simulation = Simulation(options["vitesse"], options["graine"])
        simulation.ouvrir()
        pas = 0
        try:
            while options["pas"] is None or pas < options["pas"]:
                simulation.avancer()
                pas += 1
                time.sleep(min(1.0, 12 / options["vitesse"]))
        except KeyboardInterrupt:
            self.stdout.write("Le hall se calme.")

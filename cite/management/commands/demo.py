"""A living Cité on this machine: database, accounts, server and simulated visitors, until Ctrl-C."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

SERVEUR = ["-m", "uvicorn", "cite.asgi:application", "--host", "127.0.0.1", "--timeout-graceful-shutdown", "3"]


class Command(BaseCommand):
    help = "Lance la démonstration : une Cité vivante sur http://127.0.0.1:8000 (Ctrl-C l’arrête)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--vitesse", type=float, default=12, help="minutes simulées par minute réelle")
        parser.add_argument("--sans-visiteurs", action="store_true", help="un hall vide, sans simulation")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("La démonstration se lance avec DEMO=1 (c’est ce que fait « make demo »).")
        call_command("migrate", verbosity=0)
        call_command("amorcer", demo=True, verbosity=0, stdout=self.stdout)
        commandes = [[*SERVEUR, "--log-level", "warning", "--port", str(options["port"])]]
        if not options["sans_visiteurs"]:
            commandes.append(["manage.py", "animer", "--vitesse", str(options["vitesse"])])
        # A terminal's Ctrl-C reaches the children too; SIGTERM must be passed on.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        processus = [subprocess.Popen([sys.executable, *commande], cwd=settings.BASE_DIR) for commande in commandes]  # noqa: S603
        self.stdout.write(
            f"\n  La Cité est ouverte : http://127.0.0.1:{options['port']}/demo/   (Ctrl-C pour fermer)\n\n"
        )
        try:
            with contextlib.suppress(KeyboardInterrupt):
                while all(un.poll() is None for un in processus):
                    time.sleep(0.3)
        finally:
            for un in processus:
                un.terminate()
            for un in processus:
                with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                    un.wait(6)

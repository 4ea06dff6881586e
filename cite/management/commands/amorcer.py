"""Seed the vocabularies of a new place; with --demo, the accounts and devices of the demonstration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cite import memoire
from cite import vocabulaires as v
from cite.crochets import demo_amorcee, lieu_amorce
from cite.droits import GROUPES
from cite.models import Agent, Appareil, Horaire, Pole, Public, Question, Reglages, Salle, Theme

MOT_DE_PASSE_DEMO = "demo-cite-metiers"


def traductions(champs: tuple[str, ...], langues: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, str]]:
    return {langue: dict(zip(champs, textes, strict=True)) for langue, textes in langues.items()}


class Command(BaseCommand):
    help = "Amorce un lieu neuf : pôles, questions, thèmes, publics, salles, horaires. Ne change rien d’existant."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="ajoute des comptes et des appareils d’essai")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if options["demo"] and not (settings.DEMO or settings.DEBUG):
            raise CommandError("Les comptes d’essai ont un mot de passe public : ils n’existent qu’en démonstration.")
        for role in GROUPES:
            Group.objects.get_or_create(name=role)
        if not Pole.objects.exists():
            self._amorcer_lieu()
            self.stdout.write("Le lieu est prêt : pôles, questions, thèmes, publics, salles, horaires.")
        else:
            self.stdout.write("Le lieu a déjà ses pôles : rien n’a été changé.")
        if options["demo"]:
            self._amorcer_demo()

    def _amorcer_lieu(self) -> None:
        Reglages().save()
        poles = {}
        for ordre, (code, lettre, nom, court, langues) in enumerate(v.POLES):
            poles[code] = Pole.objects.create(
                code=code, lettre=lettre, nom=nom, nom_court=court, picto=code, teinte=code, ordre=ordre,
                est_accueil=code == "accueil", traductions=traductions(Pole.CHAMPS_TRADUITS, langues),
            )  # fmt: skip
        for ordre, (slug, pole, grande, phrase, precision, langues) in enumerate(v.QUESTIONS):
            Question.objects.create(
                slug=slug, pole=poles[pole], mise_en_avant=grande, phrase=phrase, precision=precision, ordre=ordre,
                traductions=traductions(Question.CHAMPS_TRADUITS, langues),
            )  # fmt: skip
        for ordre, (nom, codes) in enumerate(v.THEMES):
            Theme.objects.create(nom=nom, ordre=ordre).poles.set([poles[code] for code in codes])
        Public.objects.bulk_create([Public(nom=nom, ordre=ordre) for ordre, nom in enumerate(v.PUBLICS)])
        Salle.objects.bulk_create(
            [Salle(nom=n, capacite=c, acces_fauteuil=f, boucle_magnetique=b) for n, c, f, b in v.SALLES]
        )
        Horaire.objects.bulk_create([Horaire(jour=j, ouvre=o, ferme=f) for j, o, f in v.HORAIRES])
        lieu_amorce.send(sender=type(self))  # the other apps seed their own rows
        memoire.tout_oublier()  # rows created in bulk say nothing

    def _amorcer_demo(self) -> None:
        for role in GROUPES:
            identifiant = f"{role}-1"
            if not Agent.objects.filter(identifiant=identifiant).exists():
                agent = Agent.objects.create_user(identifiant, MOT_DE_PASSE_DEMO)
                agent.groups.add(Group.objects.get(name=role))
        Appareil.objects.get_or_create(nom="entree", defaults={"genre": Appareil.Genre.BORNE})
        Appareil.objects.get_or_create(nom="hall", defaults={"genre": Appareil.Genre.ECRAN})
        demo_amorcee.send(sender=type(self))  # the other apps give the demonstration a past

from django.apps import AppConfig


class EvenementsConfig(AppConfig):
    verbose_name = "Évènements"
    name = "evenements"

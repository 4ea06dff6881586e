from django.apps import AppConfig


class RessourcesConfig(AppConfig):
    verbose_name = "Ressources"
    name = "ressources"

from django.apps import AppConfig


class CiteConfig(AppConfig):
    name = "cite"
    verbose_name = "La Cité"

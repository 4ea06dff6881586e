from django.apps import AppConfig


class AccueilConfig(AppConfig):
    name = "accueil"
    verbose_name = "Accueil et entretiens"

    def ready(self) -> None:
        from accueil.amorce import amorcer
        from cite.crochets import lieu_amorce

        lieu_amorce.connect(amorcer, dispatch_uid="accueil")

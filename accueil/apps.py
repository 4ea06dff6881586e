from django.apps import AppConfig


class AccueilConfig(AppConfig):
    name = "accueil"
    verbose_name = "Accueil et entretiens"

    def ready(self) -> None:
        from accueil.amorce import amorcer
        from accueil.passe import raconter
        from cite.crochets import demo_amorcee, lieu_amorce

        lieu_amorce.connect(amorcer, dispatch_uid="accueil")
        demo_amorcee.connect(raconter, dispatch_uid="accueil")

"""The addresses of the queue: each surface keeps its own beside its views."""

from django.urls import URLPattern, URLResolver, include, path

from accueil.views import borne, ecran, guichet, pilotage, portail, reception, suivi, telephone

app_name = "accueil"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(portail.urlpatterns)),
    path("borne/", include(borne.urlpatterns)),
    path("accueil/", include(reception.urlpatterns)),
    path("guichet/", include(guichet.urlpatterns)),
    path("ecran/", include(ecran.urlpatterns)),
    path("suivi/", include(suivi.urlpatterns)),
    path("ticket/", include(telephone.urlpatterns)),
    path("pilotage/", include(pilotage.urlpatterns)),
]

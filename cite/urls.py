"""Every address of the portal. Public ones may carry a language (/ar/borne/): leaving it forgets it."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from cite import views

du_lieu = (
    [
        path("connexion/", views.Connexion.as_view(), name="connexion"),
        path("deconnexion/", views.Deconnexion.as_view(), name="deconnexion"),
        path("appairage/", views.appairage, name="appairage"),
        path("demo/", views.demo, name="demo"),
        path("sante/", views.sante, name="sante"),
        path("service-worker.js", views.service_worker, name="service_worker"),
    ],
    "cite",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("", include(du_lieu)),
        path("", include("accueil.urls")),
        prefix_default_language=False,
    ),
]

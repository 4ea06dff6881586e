"""The public home: the visitor's question first, then what is open now and this week.

It stands in `accueil`, the app above the others, because it shows the hall as it is now, doors included.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone

from accueil.lectures import poles_du_hall
from cite.droits import Droit, acces
from cite.horaires import Calendrier
from cite.models import Question


@acces(Droit.VOIR_PUBLIC)
def portail(request: HttpRequest) -> HttpResponse:
    """The home page of everyone who has no surface of their own."""
    maintenant = timezone.now()
    contexte = {
        "questions": Question.posees(),
        "poles": poles_du_hall(maintenant),
        "semaine": _semaine(maintenant),
    }
    return render(request, "accueil/portail.html", contexte)


def _semaine(maintenant: datetime) -> list[dict[str, Any]]:
    calendrier = Calendrier.lire()
    aujourdhui = timezone.localdate(maintenant)
    lundi = aujourdhui - timedelta(days=aujourdhui.weekday())
    jours = [lundi + timedelta(days=n) for n in range(7)]
    return [
        {"date": jour, "aujourdhui": jour == aujourdhui, "plages": list(calendrier.plages(None, jour, 1))}
        for jour in jours
    ]


urlpatterns: list[URLPattern] = [path("", portail, name="portail")]

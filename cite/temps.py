"""Local day and half-day. Wall-clock comparisons only, so both daylight-saving nights come out right."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import get_language

MIDI = time(13)


def jour_de(instant: datetime, bascule: time = time(4)) -> date:
    """Return the day of the Cité to which an instant belongs, as a local date.

    A day runs from ``bascule`` (local wall clock) to the same hour the next morning, so that an evening that
    goes on past midnight stays one day.
    """
    local = timezone.localtime(instant)
    return local.date() if local.time() >= bascule else local.date() - timedelta(days=1)


def est_matin(instant: datetime) -> bool:
    """Return whether an instant falls in the first half of the Cité's day (before 13:00 local)."""
    return time(4) <= timezone.localtime(instant).time() < MIDI


def heure_dite(instant: datetime) -> str:
    """Return a local hour as people say it: ``14 h``, ``14 h 30`` in French, ``14:30`` in other languages."""
    local = timezone.localtime(instant)
    if get_language() not in (None, "fr"):
        return f"{local:%H:%M}"
    return f"{local.hour} h {local.minute:02d}" if local.minute else f"{local.hour} h"

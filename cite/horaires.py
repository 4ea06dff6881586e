"""When a pole is open: the roster or the weekly hours, minus exceptional closures, in local time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cite.memoire import Memoire
from cite.models import Fermeture, Horaire, Permanence, Pole
from cite.temps import heure_dite

HORIZON = 15  # days looked ahead for the next opening


@dataclass(frozen=True)
class Ouverture:
    """Whether a pole is open at an instant, until when or from when again, and why it is closed.

    ``derniers``: it is about to stop giving numbers, at that instant; ``epuise``: it has stopped for today, and those
    who wait are received.
    """

    ouvert: bool
    jusqua: datetime | None = None
    rouvre: datetime | None = None
    motif: str = ""
    derniers: datetime | None = None
    epuise: bool = False

    def phrase(self, maintenant: datetime | None = None) -> str:
        """Return the opening in the reader's language: "Ouvert jusqu'à 18 h", "Rouvre mardi à 10 h"."""
        if self.derniers is not None:
            return _("Derniers numéros jusqu’à %(heure)s") % {"heure": heure_dite(self.derniers)}
        if self.epuise:
            return _("Plus de nouveau numéro aujourd’hui")
        if self.ouvert:
            if self.jusqua is None:
                return _("Ouvert")
            return _("Ouvert jusqu’à %(heure)s") % {"heure": heure_dite(self.jusqua)}
        if self.rouvre is None:
            return _("Fermé")
        ecart = timezone.localdate(self.rouvre) - timezone.localdate(maintenant)
        heure = heure_dite(self.rouvre)
        if ecart.days == 0:
            return _("Rouvre à %(heure)s") % {"heure": heure}
        if ecart.days == 1:
            return _("Rouvre demain à %(heure)s") % {"heure": heure}
        # "E": the month as it stands after a number, which some languages decline; French writes it "F".
        loin = "l j F" if get_language() == "fr" else "l j E"
        quand = formats.date_format(timezone.localdate(self.rouvre), "l" if ecart.days < 7 else loin)
        return _("Rouvre %(jour)s à %(heure)s") % {"jour": quand, "heure": heure}


class Calendrier:
    """The roster, the hours and the closures of the place, read once, asked as often as needed.

    A pole follows its roster in the weeks where it has any: on a day without one it is closed. In the other weeks it
    follows its own weekly hours, or the Cité's. The Cité itself always follows its weekly hours.
    """

    def __init__(
        self, horaires: Iterable[Horaire], fermetures: Iterable[Fermeture], permanences: Iterable[Permanence] = ()
    ) -> None:
        self.horaires, self.fermetures, self.permanences = list(horaires), list(fermetures), list(permanences)
        self._poles_propres = {h.pole_id for h in self.horaires if h.pole_id}
        self._semaines = {(p.pole_id, p.date.isocalendar()[:2]) for p in self.permanences}

    @classmethod
    def lire(cls) -> Calendrier:
        """Return the calendar of these weeks as stored, from memory (`cite.memoire`)."""
        return _calendrier()

    @classmethod
    def du(cls, debut: date, fin: date) -> Calendrier:
        """Return the calendar with the roster of the weeks that a period touches."""
        du_lundi, au_dimanche = debut - timedelta(days=debut.weekday()), fin + timedelta(days=6 - fin.weekday())
        return cls(
            Horaire.objects.order_by("jour", "ouvre"),
            Fermeture.objects.all(),
            Permanence.objects.filter(date__range=(du_lundi, au_dimanche)),
        )

    def plages_du_jour(self, pole: Pole | None, jour: date) -> list[tuple[datetime, datetime]]:
        """Return the openings that begin on a local date, in order, closures not taken away."""
        if pole is not None and (pole.pk, jour.isocalendar()[:2]) in self._semaines:
            return _reunir([plage_de(p) for p in self.permanences if p.pole_id == pole.pk and p.date == jour])
        cle = pole.pk if pole and pole.pk in self._poles_propres else None
        return [
            _plage(jour, horaire.ouvre, horaire.ferme)
            for horaire in self.horaires
            if horaire.pole_id == cle and horaire.jour == jour.weekday()
        ]

    def plages(self, pole: Pole | None, du: date, jours: int) -> Iterator[tuple[datetime, datetime]]:
        """Yield the real openings (closures taken away) that begin in ``jours`` days from ``du``, in order."""
        coupes = [f for f in self.fermetures if f.pole_id is None or (pole and f.pole_id == pole.pk)]
        for n in range(jours):
            for plage in self.plages_du_jour(pole, du + timedelta(days=n)):
                yield from _retirer(plage, coupes)

    def ouverture(self, pole: Pole | None, maintenant: datetime) -> Ouverture:
        """Return the `Ouverture` of a pole (or of the Cité, with None) at an instant."""
        veille = timezone.localdate(maintenant) - timedelta(days=1)
        for debut, fin in self.plages(pole, veille, HORIZON):
            if debut <= maintenant < fin:
                return Ouverture(True, jusqua=fin)
            if debut > maintenant:
                return Ouverture(False, rouvre=debut, motif=self._motif(pole, maintenant))
        return Ouverture(False, motif=self._motif(pole, maintenant))

    def fin_du_jour(self, pole: Pole | None, jour: date) -> datetime | None:
        """Return when the last opening that begins on a date ends, None for a day without any."""
        return max((fin for _debut, fin in self.plages(pole, jour, 1)), default=None)

    def _motif(self, pole: Pole | None, maintenant: datetime) -> str:
        for f in self.fermetures:
            if f.debut <= maintenant < f.fin and (f.pole_id is None or (pole and f.pole_id == pole.pk)):
                return f.traduit("motif")
        return ""


def _de_ces_semaines() -> Calendrier:
    aujourdhui = timezone.localdate()
    return Calendrier.du(aujourdhui - timedelta(days=7), aujourdhui + timedelta(days=HORIZON))


_calendrier = Memoire(_de_ces_semaines, Horaire, Fermeture, Permanence)


def _plage(jour: date, debut: time, fin: time) -> tuple[datetime, datetime]:
    fuseau = timezone.get_current_timezone()
    lendemain = timedelta(days=fin < debut)
    return datetime.combine(jour, debut, fuseau), datetime.combine(jour + lendemain, fin, fuseau)


def plage_de(permanence: Permanence) -> tuple[datetime, datetime]:
    """Return when a line of the roster begins and ends."""
    return _plage(permanence.date, permanence.debut, permanence.fin)


def _reunir(plages: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return the same instants with no overlap, in order: two institutions that relay each other are one opening."""
    reunies: list[tuple[datetime, datetime]] = []
    for debut, fin in sorted(plages):
        if reunies and debut <= reunies[-1][1]:
            reunies[-1] = (reunies[-1][0], max(fin, reunies[-1][1]))
        else:
            reunies.append((debut, fin))
    return reunies


def _retirer(plage: tuple[datetime, datetime], coupes: list[Fermeture]) -> Iterator[tuple[datetime, datetime]]:
    debut, fin = plage
    for coupe in sorted(coupes, key=lambda f: f.debut):
        if coupe.debut >= fin or coupe.fin <= debut:
            continue
        if coupe.debut > debut:
            yield debut, coupe.debut
        debut = coupe.fin
        if debut >= fin:
            return
    yield debut, fin

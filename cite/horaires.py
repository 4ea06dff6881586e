"""When a pole is open: weekly hours, minus exceptional closures, in local time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cite.memoire import Memoire
from cite.models import Fermeture, Horaire, Pole
from cite.temps import heure_dite

HORIZON = 15  # days looked ahead for the next opening


@dataclass(frozen=True)
class Ouverture:
    """Whether a pole is open at an instant, until when or from when again, and why it is closed."""

    ouvert: bool
    jusqua: datetime | None = None
    rouvre: datetime | None = None
    motif: str = ""

    def phrase(self, maintenant: datetime | None = None) -> str:
        """Return the opening in the reader's language: "Ouvert jusqu'à 18 h", "Rouvre mardi à 10 h"."""
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
    """The hours and closures of the place, read once, asked as often as needed."""

    def __init__(self, horaires: Iterable[Horaire], fermetures: Iterable[Fermeture]) -> None:
        self.horaires, self.fermetures = list(horaires), list(fermetures)
        self._poles_propres = {h.pole_id for h in self.horaires if h.pole_id}

    @classmethod
    def lire(cls) -> Calendrier:
        """Return the calendar as stored, from memory (`cite.memoire`)."""
        return _calendrier()

    def plages_du_jour(self, pole: Pole | None, jour: date) -> list[tuple[datetime, datetime]]:
        """Return the weekly openings that begin on a local date, closures not taken away."""
        cle = pole.pk if pole and pole.pk in self._poles_propres else None
        fuseau = timezone.get_current_timezone()
        plages = []
        for horaire in self.horaires:
            if horaire.pole_id == cle and horaire.jour == jour.weekday():
                lendemain = timedelta(days=horaire.ferme < horaire.ouvre)
                debut = datetime.combine(jour, horaire.ouvre, fuseau)
                plages.append((debut, datetime.combine(jour + lendemain, horaire.ferme, fuseau)))
        return plages

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

    def _motif(self, pole: Pole | None, maintenant: datetime) -> str:
        for f in self.fermetures:
            if f.debut <= maintenant < f.fin and (f.pole_id is None or (pole and f.pole_id == pole.pk)):
                return f.traduit("motif")
        return ""


_calendrier = Memoire(
    lambda: Calendrier(Horaire.objects.order_by("jour", "ouvre"), Fermeture.objects.all()), Horaire, Fermeture
)


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

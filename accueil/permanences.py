"""The desks of the rest of the day: those open now, and those that the roster announces."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from accueil.models import GuichetOuvert
from accueil.prevision import Occupation, Poste
from cite.horaires import Calendrier, plage_de
from cite.models import Permanence, Reglages
from cite.temps import jour_de

RETARD_TOLERE = timedelta(minutes=15)  # a shift that began so recently is still expected…
RETARD_PREVU = 3.0  # …in so many minutes


def postes(ouverts: list[GuichetOuvert], occupations: Mapping[int, Occupation], maintenant: datetime) -> list[Poste]:
    """Return the desks as the forecast takes them, in minutes from now.

    Nobody knows which advisor came for which line of the roster (principle 4): each line under way is given as many of
    the open desks that serve its pole, longest lines first. A desk beyond the roster has no known end.
    """
    lignes = lignes_du_jour(maintenant)
    en_cours = [(p, fin) for p, debut, fin in lignes if debut <= maintenant < fin]
    fins, manquent = _attribuer(ouverts, en_cours)
    presents = [
        Poste(
            poles=frozenset(pole.pk for pole in poste.poles.all()),
            occupation=occupations.get(poste.guichet_id),
            en_pause=poste.en_pause,
            fin=_dans(fins[poste.pk], maintenant) if poste.pk in fins else None,
        )
        for poste in ouverts
    ]
    a_venir = [(p.pole_id, _dans(debut, maintenant), _dans(fin, maintenant), p.guichets) for p, debut, fin in lignes]
    attendus = [ligne for ligne in a_venir if ligne[1] > 0]
    attendus += [
        (permanence.pole_id, RETARD_PREVU, _dans(fin, maintenant), combien)
        for permanence, fin, combien in manquent
        if maintenant - plage_de(permanence)[0] <= RETARD_TOLERE
    ]
    futurs = [
        Poste(poles=frozenset({pole}), debut=debut, fin=fin)
        for pole, debut, fin, combien in attendus
        for _n in range(combien)
    ]
    return presents + futurs


def lignes_du_jour(maintenant: datetime) -> list[tuple[Permanence, datetime, datetime]]:
    """Return the lines of today's roster with their instants, the one that ends last first."""
    jour = jour_de(maintenant, Reglages.lire().heure_bascule)
    lignes = [(p, *plage_de(p)) for p in Calendrier.lire().permanences if p.date == jour]
    return sorted(lignes, key=lambda ligne: ligne[2], reverse=True)


def _attribuer(
    ouverts: list[GuichetOuvert], en_cours: list[tuple[Permanence, datetime]]
) -> tuple[dict[int, datetime], list[tuple[Permanence, datetime, int]]]:
    """Return when each open desk ends, and the lines that lack desks, with how many."""
    libres = {poste.pk: {pole.pk for pole in poste.poles.all()} for poste in ouverts}
    fins: dict[int, datetime] = {}
    manquent = []
    for permanence, fin in en_cours:
        siens = [pk for pk, poles in libres.items() if permanence.pole_id in poles][: permanence.guichets]
        for pk in siens:
            fins[pk] = fin
            del libres[pk]
        if len(siens) < permanence.guichets:
            manquent.append((permanence, fin, permanence.guichets - len(siens)))
    return fins, manquent


def _dans(instant: datetime, maintenant: datetime) -> float:
    return (instant - maintenant).total_seconds() / 60

"""The state that a forecast starts from: who waits, who serves what, and what is known of the rest of the day.

Times are minutes from now (negative: in the past). Poles, themes and keys of tickets are the caller's.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Pole: TypeAlias = Hashable
Theme: TypeAlias = Hashable
ELARGISSEMENT = 0.97  # measured (tests/mesures): who leaves spreads the runs a little more than real waits
DEPASSEMENTS_MAX = 3  # as `cite.models.Reglages.depassements_max`


@dataclass(frozen=True, slots=True)
class EnAttente:
    """Someone who waits. ``en_pause``: keeps their turn but is not called now, so takes no part in the forecast."""

    cle: int
    pole: Pole
    priorite: bool = False
    depassements: int = 0
    en_pause: bool = False
    theme: Theme | None = None


@dataclass(frozen=True, slots=True)
class Occupation:
    """The visitor of a desk: since how many minutes, and whether only called or already in interview."""

    pole: Pole
    depuis: float
    commence: bool = True
    theme: Theme | None = None


@dataclass(frozen=True, slots=True)
class Poste:
    """A desk, open now or to be opened in ``debut`` minutes by the roster.

    ``fin``: minutes from now after which it calls nobody (end of the shift, lunch); an interview is never cut.
    ``en_pause``: the advisor is away for a while that nobody knows (`Parametres.pause`).
    """

    poles: frozenset[Pole]
    occupation: Occupation | None = None
    en_pause: bool = False
    debut: float = 0.0
    fin: float | None = None


@dataclass(frozen=True, slots=True)
class Hall:
    """One instant of the place. ``attente`` is in order of arrival, which is the order of calls."""

    attente: tuple[EnAttente, ...] = ()
    postes: tuple[Poste, ...] = ()
    depassements_max: int = DEPASSEMENTS_MAX


@dataclass(frozen=True, slots=True)
class Parametres:
    """What the place has measured of itself, beside durations. Defaults are cautious.

    venue: mean minutes between a call and the beginning of the interview.
    battement: mean minutes that an advisor lets pass between two visitors while someone waits.
    absents: share of calls that nobody answers; each costs the desk ``perte_absent`` minutes.
    departs: share of those waiting who leave in a minute, having said so (`taux_de_depart` measures it).
    pause: mean minutes still to go of a pause that began at an unknown time.
    passages: by pole, people a minute who go before those waiting: sent by another pole with an older number, or
        with priority. At most ``depassements_max`` of them are foreseen in one forecast.
    elargissement: how much wider than played the 10–90 % range is told (`elargissement_appris`).
    """

    venue: float = 0.5
    battement: float = 0.0
    absents: float = 0.02
    perte_absent: float = 2.0
    departs: float = 0.002
    pause: float = 10.0
    passages: Mapping[Pole, float] = field(default_factory=dict)
    elargissement: float = ELARGISSEMENT

"""What a forecast says: equally likely waits, and what is read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from accueil.prevision.hall import Pole


@dataclass(frozen=True, slots=True)
class Prevision:
    """The wait of one person, from now to the call, if they stay.

    ``attentes``: equally likely waits in minutes, sorted, of the runs in which they are called today; ``chance``: the
    share of runs in which they are. Without any, ``p10``, ``p50`` and ``p90`` raise `LookupError`.
    """

    attentes: tuple[float, ...]
    chance: float
    elargissement: float = 1.0

    def quantile(self, part: float) -> float:
        """Return the wait in minutes that a share of the runs does not exceed. Raises `LookupError` without runs."""
        if not self.attentes:
            raise LookupError("nobody is called in any run")
        position = part * (len(self.attentes) + 1) - 1
        position = min(max(position, 0.0), len(self.attentes) - 1.0)
        bas = int(position)
        haut = min(bas + 1, len(self.attentes) - 1)
        return self.attentes[bas] + (position - bas) * (self.attentes[haut] - self.attentes[bas])

    @property
    def p10(self) -> float:
        """Return the lower end of the range in minutes, widened."""
        return max(0.0, self.p50 - self.elargissement * (self.p50 - self.quantile(0.1)))

    @property
    def p50(self) -> float:
        """Return the middle in minutes: as likely to be exceeded as not."""
        return self.quantile(0.5)

    @property
    def p90(self) -> float:
        """Return the upper end of the range in minutes, widened."""
        return self.p50 + self.elargissement * (self.quantile(0.9) - self.p50)


@dataclass(frozen=True, slots=True)
class Previsions:
    """The forecasts of one run: of each visitor by key, and of a newcomer by pole."""

    visiteurs: Mapping[int, Prevision] = field(default_factory=dict)
    nouveaux: Mapping[Pole, Prevision] = field(default_factory=dict)

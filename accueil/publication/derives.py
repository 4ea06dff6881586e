"""What is derived from counts: quantiles as slices, shares, ratios. A base under the threshold hides them."""

from __future__ import annotations

from collections.abc import Mapping

from accueil.publication.masque import NC

TRANCHE = 5  # minutes, as the histograms are kept
MEDIANE, NEUF_SUR_DIX = 0.5, 0.9
Tranche = list[int]
Part = list[str | int]


def quantile(histogramme: Mapping[int, int], rang: float, seuil: int) -> Tranche | str | None:
    """Return the slice of minutes [from, to] that holds a quantile; hidden under the threshold; None for nothing.

    Beyond the median, at least ``seuil`` people must be in the slice or above: the longest wait is somebody's.
    """
    base = sum(histogramme.values())
    if base == 0:
        return None
    cumul = 0
    for minutes in sorted(histogramme):
        cumul += histogramme[minutes]
        if cumul >= rang * base:
            au_dessus = base - cumul + histogramme[minutes]
            sur = base >= seuil and (rang <= MEDIANE or au_dessus >= seuil)
            return [minutes, minutes + TRANCHE] if sur else NC
    return None


def part(nombre: int, base: int, seuil: int) -> Part | str | None:
    """Return a share in percent: ``["=", 72]``, or a bound in steps of five where it counts few: ``["<", 15]``."""
    if base == 0:
        return None
    if base < seuil:
        return NC
    borne = min(100, -(-100 * seuil // base // 5) * 5)
    if 0 < nombre < seuil:
        return ["<", borne] if borne < 100 else NC
    if 0 < base - nombre < seuil:
        return [">", 100 - borne] if borne < 100 else NC
    return ["=", round(100 * nombre / base)]


def rapport(dividende: int, diviseur: int, base: int, seuil: int) -> Part | str | None:
    """Return the ratio of two sums over ``base`` people, in percent."""
    if base == 0 or diviseur == 0:
        return None
    if base < seuil:
        return NC
    return ["=", round(100 * dividende / diviseur)]

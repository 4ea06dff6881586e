"""A few plain sentences: what the published figures of a period suggest for the next one. None names anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accueil.periodes import Genre
from accueil.publication import TOTAL
from accueil.views import pilotage_feuilles as f
from accueil.views.pilotage_page import Page

ATTENTE_LONGUE = 20  # minutes: a median above which a sentence is worth a coordinator's time
HAUSSE = 1.3


def conseils(page: Page) -> list[str]:
    """Return at most five sentences, the most useful first; each gives the figures it comes from."""
    return [*_attentes(page), *_vides(page), *_hausses(page)][:5]


def _attentes(page: Page) -> Iterator[str]:
    """Where half of the people waited longest, against what the roster had."""
    trouves = []
    for jour in page.periode.parties() if page.periode.genre == Genre.SEMAINE else [page.periode]:
        table = page.table("attente", jour)
        for ligne in table["lignes"] if table else []:
            mediane = f.case(table, ligne, "mediane")
            if ligne != TOTAL and isinstance(mediane, list) and mediane[0] >= ATTENTE_LONGUE:
                trouves.append((mediane, jour, ligne))
    for mediane, jour, ligne in sorted(trouves, key=lambda t: (-t[0][0], t[1].debut))[:2]:
        prevu = sum(h for ((date, _demi), pole), h in page.guichets_prevus.items()
                    if pole == ligne and jour.debut <= date <= jour.fin)  # fmt: skip
        debut = formats.date_format(jour.debut, "l j F").capitalize() if jour.genre == Genre.JOUR else jour.titre()
        phrase = _("%(quand)s, « %(pole)s » : une personne sur deux a attendu %(du)d min ou plus")
        mots = phrase % {"quand": debut, "pole": page.mots.pole(ligne), "du": mediane[0]}
        heures = _heures(prevu)
        suite = (
            _(", avec %(h)s heures de guichet prévues.") % {"h": heures} if prevu else _(", sans permanence prévue.")
        )
        yield mots + suite + " " + _("Un guichet de plus à ce moment-là ?")


def _heures(heures: float) -> str:
    return formats.number_format(round(heures, 1), 0 if float(round(heures, 1)).is_integer() else 1)


def _vides(page: Page) -> Iterator[str]:
    """Half-days when the place was open and nobody came."""
    if page.periode.genre == Genre.MOIS:
        return
    vides = [
        (mots, sum(page.ouvertures.get(d, 0.0) for d in demis)) for mots, n, demis in page.moments if n == 0 and demis
    ]
    if vides:
        noms = ", ".join(mots for mots, _h in vides)
        heures = _heures(sum(h for _m, h in vides))
        yield ngettext(
            "Ouvert sans un seul ticket : %(noms)s (%(h)s heures d’ouverture).",
            "Ouvert sans un seul ticket, %(n)d demi-journées : %(noms)s (%(h)s heures d’ouverture).",
            len(vides),
        ) % {"noms": noms, "h": heures, "n": len(vides)}


def _hausses(page: Page) -> Iterator[str]:
    """Themes told much more often than in the period before."""
    avant, ici = page.table("theme", page.periode.precedente()), page.table("theme")
    hausses = []
    for ligne in ici["lignes"] if ici and avant else []:
        neuf: Any = f.case(ici, ligne, page.periode.cle)
        vieux: Any = f.case(avant, ligne, page.periode.precedente().cle)
        comparables = ligne != TOTAL and isinstance(neuf, int) and isinstance(vieux, int) and vieux > 0
        if comparables and neuf >= HAUSSE * vieux and neuf - vieux >= page.seuil:
            hausses.append((neuf - vieux, neuf, vieux, ligne))
    for _ecart, neuf, vieux, ligne in sorted(hausses, reverse=True)[:2]:
        yield _("Le thème « %(nom)s » monte : noté %(n)d fois, contre %(avant)d la période d’avant.") % {
            "nom": page.mots.theme(ligne), "n": neuf, "avant": vieux,
        }  # fmt: skip

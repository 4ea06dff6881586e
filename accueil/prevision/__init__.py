"""How long one will wait: the real queue played forward many times (issue "The hall knows how long").

Pure: the state of the hall in, a distribution for each visitor out. No database, no clock, no Django, and the same
answer for the same seed. Every time is in minutes from now; a pole, a theme, a ticket are whatever keys the caller
uses. The design (section 5, "Waiting time") says why the queue is played rather than a formula applied.

    previsions = prevoir(hall, durees, poles=["emploi"])
    fourchette(previsions.nouveaux["emploi"])  # Fourchette(bas=10, haut=25), or the Motif for saying nothing
"""

from accueil.prevision.deroulement import prevoir
from accueil.prevision.distribution import Prevision, Previsions
from accueil.prevision.durees import Durees
from accueil.prevision.fourchettes import Fourchette, Motif, arrondir, fourchette, fourchette_naive
from accueil.prevision.hall import EnAttente, Hall, Occupation, Parametres, Poste
from accueil.prevision.naive import naive, naive_du_hall
from accueil.prevision.score import ecart, elargissement_appris, taux_de_depart, tranche

__all__ = [
    "Durees",
    "EnAttente",
    "Fourchette",
    "Hall",
    "Motif",
    "Occupation",
    "Parametres",
    "Poste",
    "Prevision",
    "Previsions",
    "arrondir",
    "ecart",
    "elargissement_appris",
    "fourchette",
    "fourchette_naive",
    "naive",
    "naive_du_hall",
    "prevoir",
    "taux_de_depart",
    "tranche",
]

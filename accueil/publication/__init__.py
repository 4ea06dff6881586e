"""Figures that identify nobody: what is published of the counters, and what is hidden so that it stays hidden.

**One function.** Every published count passes `publier` (`masque.py`); medians, quantiles and shares pass `derives.py`,
and `compose.py` asks what `publier` shows before it gives them. At most two dimensions: time × line. A third is refused
(`TropDeDimensions`).

**One tree of time.** half-day ⊂ day ⊂ week ⊂ month of whole weeks (`accueil.periodes`). The table of a day crosses its
half-days with the poles, that of a week its days, that of a month its weeks; each has the totals of its lines and of
its columns. Nothing is published across the tree (no "all Monday mornings of the month", no calendar month), so all
tables of a measure, of all periods, are *one* table: time as a tree × line. Such a table is a circulation in a network
(`reseau.py`), and what a reader of everything can still not tell is computed exactly, with whole numbers.

**What is held.** A count is hidden when 0 < n < threshold, or when what it leaves of the larger count it belongs to is
(8 of 10 left without an interview tells of 2). Zero is shown: it is nobody. A hidden small count must keep at least
*threshold* possible values for whoever knows every published figure of every period and of both audiences. Why that
width: to be told a count no better than "one of five values" is what being told "under five" (0, 1, 2, 3, 4) would be.
It holds for sums of hidden counts as well: two people in two neighbouring cells are never told as "two in all".
Complements are chosen by shortest path, small figures first; if none is enough every figure of the table is hidden,
its totals as well; a table that cannot hold the rule even so is withheld whole, zeros included.

**A week and its days at once.** A day published alone hides other figures of that day, and its week must then be
hidden too; decided together, days hide days and weekly totals stay. Until its week is over a day tells only its two
totals (tickets, interviews), which the week then takes as known. A month is decided over its weeks, which no longer
change.

**Frozen.** A period that is over is published once (`figer.py`), from the counters as they were, into `TableauFige`;
nothing there is ever computed again. The counters of each day are kept as they were read: a week is the sum of the
days as kept, so a late closing changes no published figure and no later one, and its handful of people cannot be told
by a difference. The two audiences (inside, outside) are frozen together; what is hidden inside is hidden outside, so
both together tell no more than the inside one. They are keyed by audience, not by number: changing a threshold in the
settings changes the periods to come, never gives a second version of one that is over.

**Between measures**, which count the same visits:

- tickets and interviews share one mask (`Tableau.jumeau`): where nobody leaves they are the same number. Each hidden
  pair can move together, so that their difference, which other figures tell, stays what it is;
- who left without an interview, and absents, are told for the whole place only: by pole they are tickets minus
  interviews, and few. They keep a ceiling and a floor from the real tickets, interviews and absents;
- a question leads to one pole: questions keep the sum of their pole as known, and are hidden where it is. Languages
  and slices of waits add up to the tickets and the interviews: withheld where these totals are hidden;
- passages would tell how many interviews were second ones: withheld where those who left are hidden;
- a median is shown only where its count of interviews is.

**What is not held**, said plainly:

- what a reader knows otherwise (the hall has windows), and the live page of today, which is the hall as its staff see
  it: read again and again, its counters tell arrivals one by one, as looking at the door does;
- an estimate of who left a pole from its tickets and interviews: second interviews and changes of pole blur it, no
  more. Themes give a floor to the interviews of their poles, far below them;
- inference from the way complements are chosen (why this figure and not that one): nothing published says which hidden
  figure is small, and the interval above is computed without that knowledge;
- figures at or over the threshold, which are published because they are, and probabilities inside the interval;
- slices of quantiles and shares beside each other: each is coarse (five minutes; five points where it counts few) and
  has a base at or over the threshold, but they are not part of the network. Roster and opening hours are not about
  visitors;
- the raw counters, in the database: whoever reads it reads everything.
"""

from accueil.publication.masque import (
    NC,
    TOTAL,
    Demande,
    Pourquoi,
    Publie,
    Tableau,
    Totaux,
    TropDeDimensions,
    publier,
    relire,
)

__all__ = [
    "NC", "TOTAL", "Demande", "Pourquoi", "Publie", "Tableau", "Totaux", "TropDeDimensions", "publier", "relire",
]  # fmt: skip

"""What a steering page shows of a period: published tables, the roster and the hours beside them, gathered once.

The page, its charts and its exports read the same `Feuille`s. A fixed number of questions to the database, whatever
the period: published tables (with those of its parts and of the period before), roster, themes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from accueil.periodes import Genre, Periode
from accueil.publication import NC, TOTAL
from accueil.publication.compose import ABSENTS, COMPTES, DEMI_JOURNEES, ENTRETIENS, SANS, TICKETS, TOUS, colonne_demi
from accueil.publication.figer import INTERNE, lire
from accueil.views import pilotage_feuilles as f
from accueil.views.graphiques import Graphique, barres, colonnes, histogramme
from accueil.views.pilotage_feuilles import Feuille
from cite.horaires import Calendrier
from cite.models import Permanence
from cite.temps import MIDI

Demi = tuple[date, str]


@dataclass
class Section:
    """One question of the page, its charts and its tables."""

    cle: str
    question: str
    intro: str
    feuilles: list[Feuille]
    graphiques: list[Graphique] = field(default_factory=list)


def heures_par_demi(debut: datetime, fin: datetime) -> dict[str, float]:
    """Return the hours before and after the middle of the day."""
    milieu = datetime.combine(debut.date(), MIDI, debut.tzinfo)
    matin = max(timedelta(), min(fin, milieu) - debut) if debut < milieu else timedelta()
    return {
        DEMI_JOURNEES[0]: matin.total_seconds() / 3600,
        DEMI_JOURNEES[1]: (fin - debut - matin).total_seconds() / 3600,
    }


class Page:
    """A period as the coordination reads it, for one audience."""

    def __init__(self, periode: Periode, audience: str = INTERNE) -> None:
        self.periode, self.audience = periode, audience
        avant = periode.precedente()
        self._lus = lire([periode, *periode.parties(), avant], audience)
        self.figee = f"{periode.cle}:{COMPTES[0]}" in self._lus
        self.mots = f.Mots()

    def table(self, sujet: str, periode: Periode | None = None) -> dict[str, Any] | None:
        """Return a published table, of the period or of another that was read with it."""
        trouve = self._lus.get(f"{(periode or self.periode).cle}:{sujet}")
        return trouve[0] if trouve else None

    @property
    def annonce(self) -> list[tuple[str, str]]:
        """What is told of a day before its week is over; nothing once it is, or for anything but a day."""
        table = self.table("annonce")
        if self.figee or not table or table[TICKETS] is None:
            return []
        return [(f.dire(table[TICKETS]), _("tickets pris")), (f.dire(table[ENTRETIENS]), _("entretiens"))]

    @property
    def fige_le(self) -> datetime | None:
        return self._lus[f"{self.periode.cle}:{COMPTES[0]}"][1] if self.figee else None

    @property
    def seuil(self) -> int:
        table = self.table(COMPTES[0])
        return int(table["seuil"]) if table else 0

    @cached_property
    def comptee(self) -> bool:
        """Whether anything was counted in the period: zero is something."""
        table = self.table(COMPTES[0])
        return bool(table and any(n is not None for ligne in table["cases"] for n in ligne))

    @property
    def essentiel(self) -> list[tuple[str, str]]:
        """The totals of the period, with their words."""
        mots = (_("tickets pris"), _("entretiens"), _("partis sans entretien"), _("dont absents à l’appel"))
        lignes = (TOTAL, TOTAL, TOUS, TOUS)
        totaux = [f.case(self.table(s), li, self.periode.cle) for s, li in zip(COMPTES, lignes, strict=True)]
        return [(f.dire(total), mot) for total, mot in zip(totaux, mots, strict=True)]

    # ------------------------------------------------------------------------------------------ roster and hours
    @cached_property
    def permanences(self) -> list[Permanence]:
        dates = (self.periode.debut, self.periode.fin)
        return list(Permanence.objects.filter(date__range=dates).select_related("institution"))

    @cached_property
    def guichets_prevus(self) -> dict[tuple[Demi, str], float]:
        """Desk-hours of the roster by half-day and pole (`TOTAL`: all)."""
        heures: dict[tuple[Demi, str], float] = defaultdict(float)
        for p in self.permanences:
            for demi, duree in heures_par_demi(*bornes(p)).items():
                for pole in (str(p.pole_id), TOTAL):
                    heures[(p.date, demi), pole] += duree * p.guichets
        return heures

    @cached_property
    def ouvertures(self) -> dict[Demi, float]:
        """Opening hours of the Cité by half-day, closures taken away."""
        heures: dict[Demi, float] = defaultdict(float)
        for debut, fin in Calendrier.lire().plages(None, self.periode.debut, len(self.periode.jours())):
            for demi, duree in heures_par_demi(debut, fin).items():
                heures[debut.date(), demi] += duree
        return heures

    # ------------------------------------------------------------------------------------------ tables
    @cached_property
    def poles(self) -> Feuille:
        tables = [self.table(sujet) for sujet in (TICKETS, ENTRETIENS)]
        cles = list(dict.fromkeys(li for t in tables if t for li in t["lignes"] if li != TOTAL))
        lignes = [(self.mots.pole(li), [f.case(t, li, self.periode.cle) for t in tables]) for li in (*cles, TOTAL)]
        tetes = [_("Tickets pris"), _("Entretiens")]
        return Feuille("poles", _("Par pôle"), _("Pôle"), tetes, lignes, total=self.mots.pole(TOTAL))

    @cached_property
    def temps(self) -> Feuille:
        titres = {Genre.JOUR: _("Tickets par demi-journée"), Genre.SEMAINE: _("Tickets par jour"),
                  Genre.MOIS: _("Tickets par semaine")}  # fmt: skip
        return f.par_temps("temps", titres[self.periode.genre], self.table("tickets"), self.periode, self.mots.pole)

    @cached_property
    def departs(self) -> Feuille:
        """Who left without an interview: for the whole place only, by part of the period."""
        tables = [(self.table(SANS), _("Partis sans entretien")), (self.table(ABSENTS), _("dont absents à l’appel"))]
        colonnes_ = f.colonnes_comptees(tables[0][0]) if tables[0][0] and tables[0][0]["lignes"] else []
        lignes = [(mots, [f.case(table, TOUS, c) for c in colonnes_]) for table, mots in tables if colonnes_]
        note = _("Pour tout le lieu seulement : pôle par pôle, les tickets et les entretiens les désigneraient.")
        tetes = [f.nom_de_colonne(c, self.periode) for c in colonnes_]
        return Feuille("departs", _("Partis sans entretien"), _("Personnes"), tetes, lignes, note)

    @cached_property
    def charge(self) -> Feuille:
        """Arrivals beside what was open: by half-day, by week for a month."""
        lignes = [(mots, self._charge(n, demis)) for mots, n, demis in self.moments if n is not None or demis]
        tetes = [_("Tickets pris"), _("Heures d’ouverture"), _("Heures de guichet prévues"),
                 _("Tickets par heure de guichet")]  # fmt: skip
        note = _("Les heures de guichet viennent des permanences : un guichet tenu une heure compte pour une.")
        return Feuille("charge", _("Arrivées et moyens"), _("Moment"), tetes, lignes, note)

    @cached_property
    def heures(self) -> Feuille:
        """Arrivals by hour beside the days that were open at that hour."""
        table, ouverts = self.table("heure"), Counter[int]()
        for debut, fin in Calendrier.lire().plages(None, self.periode.debut, len(self.periode.jours())):
            jusqua = 24 if fin.date() > debut.date() else fin.hour + (fin.minute > 0)
            ouverts.update(range(debut.hour, jusqua))
        lues = {int(li): cases[-1] for li, cases in zip(table["lignes"], table["cases"], strict=True) if li != TOTAL} \
            if table and not table["retenu"] else {}  # fmt: skip
        lignes = [(f"{h} h", [lues.get(h), ouverts[h]]) for h in sorted({*lues, *ouverts})] if lues else []
        tetes = [_("Tickets pris"), _("Jours ouverts à cette heure")]
        return Feuille("heures", _("Heure par heure"), _("Heure d’arrivée"), tetes, lignes)

    def _charge(self, tickets: Any, demis: list[Demi]) -> list[Any]:
        ouvert = sum(self.ouvertures.get(demi, 0.0) for demi in demis)
        prevu = sum(self.guichets_prevus.get((demi, TOTAL), 0.0) for demi in demis)
        par_heure = tickets / prevu if isinstance(tickets, int) and prevu else NC if tickets == NC else None
        return [tickets, float(ouvert), float(prevu), par_heure]

    @cached_property
    def moments(self) -> list[tuple[str, Any, list[Demi]]]:
        """The half-days of a day or week, the weeks of a month: words, published tickets, half-days open."""
        if self.periode.genre == Genre.MOIS:
            return [
                (f.nom_de_colonne(s.cle, self.periode), f.case(self.table("tickets"), TOTAL, s.cle),
                 [(jour, demi) for jour in s.jours() for demi in DEMI_JOURNEES])
                for s in self.periode.parties()
            ]  # fmt: skip
        jours = self.periode.parties() or [self.periode]
        lus = []
        for jour in jours:
            for demi in DEMI_JOURNEES:
                tickets = f.case(self.table("tickets", jour), TOTAL, colonne_demi(jour, demi))
                mots = formats.date_format(jour.debut, "D j").lower() if len(jours) > 1 else ""
                quand = _("matin") if demi == DEMI_JOURNEES[0] else _("après-midi")
                ouvert = self.ouvertures.get((jour.debut, demi))
                lus.append((f"{mots} {quand}".strip(), tickets, [(jour.debut, demi)] if ouvert else []))
        return lus

    @cached_property
    def attentes(self) -> Feuille:
        attente, entretien = self.table("attente"), self.table("entretien")
        cles = attente["lignes"] if attente else []
        colonnes_ = ("mediane", "neuf_sur_dix")
        lignes = [
            (self.mots.pole(li), [f.case(t, li, c) for t in (attente, entretien) for c in colonnes_]) for li in cles
        ]
        tetes = [_("Attente : une personne sur deux, au plus"), _("Attente : neuf sur dix, au plus"),
                 _("Entretien : un sur deux, au plus"), _("Entretien : neuf sur dix, au plus")]  # fmt: skip
        note = _("Des tranches de cinq minutes : la médiane et le neuvième décile sont dans la tranche dite.")
        return Feuille(
            "attentes", _("Attentes et durées par pôle"), _("Pôle"), tetes, lignes, note, total=self.mots.pole(TOTAL)
        )

    @cached_property
    def repartition(self) -> Feuille:
        table, lignes = self.table("tranche"), []
        if table and not table["retenu"]:
            lignes = [
                (self.mots.tranche(li), [c[-1]])
                for li, c in zip(table["lignes"], table["cases"], strict=True)
                if li != TOTAL
            ]
        return Feuille("repartition", _("Attentes par durée"), _("Durée d’attente"), [_("Entretiens")], lignes)

    @cached_property
    def partenaires(self) -> Feuille:
        """Desk-hours by institution: from the roster alone, never from an interview (principle 4)."""
        heures: dict[str, float] = defaultdict(float)
        for p in self.permanences:
            debut, fin = bornes(p)
            heures[p.institution.nom] += p.guichets * (fin - debut).total_seconds() / 3600
        total = sum(heures.values())
        lignes = [(nom, [h, ["=", round(100 * h / total)]]) for nom, h in sorted(heures.items(), key=lambda x: -x[1])]
        return Feuille(
            "partenaires", _("Heures de guichet par institution"), _("Institution"),
            [_("Heures de guichet"), _("Part")], lignes, _("Rien ici ne vient des entretiens."), publique=False,
        )  # fmt: skip

    def prevision(self, sujet: str) -> Feuille:
        par_pole = sujet == "prevision_pole"
        titre, tete = _("Prévision par pôle"), _("Pôle")
        if not par_pole:
            titre, tete = _("Prévision par heure d’arrivée"), _("Heure d’arrivée")
        tetes = [_("Erreur, en part de celle de la règle simple"), _("Annoncées dix minutes trop courtes"),
                 _("Dans la fourchette annoncée")]  # fmt: skip
        mot = self.mots.pole if par_pole else self.mots.heure
        feuille = f.derivee(sujet, titre, tete, tetes, self.table(sujet), mot)
        if not par_pole:
            feuille.note = _(
                "La règle simple : le rang dans la file, fois la durée moyenne, divisé par les guichets. "
                "Au-dessous de 100 %, la prévision fait mieux."
            )
        return feuille

    # ------------------------------------------------------------------------------------------ sections
    @cached_property
    def sections(self) -> list[Section]:
        m = self.mots
        return [
            Section(
                "combien", _("Combien de personnes ?"), "", [self.poles, self.temps, self.departs],
                self._dessins_combien(),
            ),
            Section(
                "attente", _("Combien de temps ont-elles attendu ?"),
                _("Seul compte le temps passé dans la file : une pause est le temps de la personne."),
                [self.attentes, self.repartition], self._dessins_attente(),
            ),
            Section(
                "moyens", _("Quand sont-elles venues, et qu’avions-nous ouvert ?"), "", [self.charge, self.heures],
                self._dessins_moyens(),
            ),
            Section(
                "demandes", _("De quoi a-t-on parlé ?"),
                _("Un entretien peut noter plusieurs thèmes, ou aucun."),
                [f.par_valeur("themes", _("Thèmes des entretiens"), _("Thème"), self.table("theme"), m.theme),
                 f.par_valeur("questions", _("Ce qui a amené"), _("Question"), self.table("question"), m.question)],
            ),
            Section(
                "parcours", _("En quelle langue, et vers quel autre pôle ?"), "",
                [f.par_valeur("langues", _("Langues choisies"), _("Langue"), self.table("langue"), m.langue),
                 f.par_valeur("passages", _("Passages d’un pôle à un autre"), _("Passage"), self.table("passage"),
                              m.passage)],
            ),
            Section(
                "prevision", _("L’attente annoncée était-elle juste ?"), "",
                [self.prevision("prevision_pole"), self.prevision("prevision_heure")],
            ),
            *([Section("partenaires", _("Qui a tenu les guichets ?"), "", [self.partenaires])]
              if self.audience == INTERNE else []),
        ]  # fmt: skip

    @property
    def feuilles(self) -> dict[str, Feuille]:
        """The tables by key, as exports ask for them."""
        return {feuille.cle: feuille for section in self.sections for feuille in section.feuilles}

    def _dessins_combien(self) -> list[Graphique]:
        table = self.table(TICKETS)
        cles = [li for li in table["lignes"] if li != TOTAL] if table else []
        par_pole = [(self.mots.court(li), f.case(table, li, self.periode.cle)) for li in cles]
        dessins = [
            barres("g-poles", _("Tickets pris, par pôle"), _("Une barre par pôle."), par_pole),
            None if self.periode.genre == Genre.JOUR else self._dessin_demis(),
        ]
        return [dessin for dessin in dessins if dessin]

    def _dessin_demis(self) -> Graphique | None:
        titre = _("Tickets pris, semaine par semaine")
        if self.periode.genre == Genre.MOIS:
            simples = [(mots, [n]) for mots, n, _demis in self.moments]
            return colonnes("g-temps", titre, _("Une colonne par semaine."), simples, [("plein", "")])
        jours = []
        for rang in range(0, len(self.moments), 2):
            matin, soir = self.moments[rang : rang + 2]
            if matin[1] is not None or soir[1] is not None:
                jours.append((matin[0].rpartition(" ")[0], [matin[1], soir[1]]))
        titre = _("Tickets pris, jour par jour")
        return colonnes(
            "g-temps", titre, _("Une colonne par jour : le matin en bas, l’après-midi au-dessus."), jours,
            [("plein", _("matin")), ("raye", _("après-midi"))],
        )  # fmt: skip

    def _dessins_attente(self) -> list[Graphique]:
        def fin(tranche: Any) -> Any:
            return tranche[1] if isinstance(tranche, list) else tranche

        table = self.table("attente")
        medianes = (
            [(self.mots.court(li), fin(c[0])) for li, c in zip(table["lignes"], table["cases"], strict=True)]
            if table
            else []
        )
        tranches = [(label, cases[0]) for label, cases in self.repartition.lignes]
        dessins = [
            barres("g-attente", _("Une personne sur deux a attendu au plus…"),
                   _("Une barre par pôle, en minutes."), medianes, _(" min")),
            histogramme("g-tranches", _("Entretiens, par durée d’attente"), _("Une colonne par durée."), tranches),
        ]  # fmt: skip
        return [dessin for dessin in dessins if dessin]

    def _dessins_moyens(self) -> list[Graphique]:
        lignes = [(mots, round(h) if (h := self._charge(n, demis)[2]) else None) for mots, n, demis in self.moments]
        arrivees = barres(
            "g-arrivees", _("Tickets pris"), _("Une barre par moment."), [(m, n) for m, n, d in self.moments if d]
        )
        guichets = barres("g-guichets", _("Heures de guichet prévues"), _("Une barre par moment."), [
            ligne for ligne, (_m, _n, demis) in zip(lignes, self.moments, strict=True) if demis], _(" h"))  # fmt: skip
        heures = barres("g-heures", _("Tickets pris, heure par heure"), _("Une barre par heure."), [
            (mots, cases[0]) for mots, cases in self.heures.lignes])  # fmt: skip
        des_moments = (arrivees, guichets) if self.periode.genre != Genre.JOUR else ()
        return [dessin for dessin in (*des_moments, heures) if dessin]


def bornes(permanence: Permanence) -> tuple[datetime, datetime]:
    """Return a line of the roster as two local wall-clock instants; an end before its start is the next morning."""
    debut = datetime.combine(permanence.date, permanence.debut)
    lendemain = timedelta(days=permanence.fin < permanence.debut)
    return debut, datetime.combine(permanence.date + lendemain, permanence.fin or time())

"""Every reachable history of a hall keeps the promises: a state machine plays any sequence of gestures.

The model beside it is the plainest one possible (lists in memory); the real rules must agree with it at each step.
"""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accueil.etats import AU_GUICHET, DANS_LE_HALL, Etat
from accueil.models import Comptage, Entretien, GuichetOuvert, Ticket
from accueil.regles import annulation, appels, entretiens, tickets
from accueil.regles.appels import PersonneNAttend
from accueil.regles.gestes import nouvelle_cle
from accueil.regles.journee import cloturer_journee, journee_courante
from cite.models import Pole, Reglages
from cite.refus import Refus
from tests.accueil.conftest import Hall

PLAFOND = 1
PHASES = (Phase.explicit, Phase.generate)  # a history that fails is read as it is: shrinking one takes minutes
POLES = ("emploi", "formation", "accueil")
GUICHETS = {"1": ("emploi",), "2": ("formation", "accueil"), "3": POLES}


class Histoire(RuleBasedStateMachine):
    """One day: visitors arrive, three desks with overlapping poles, a reception that moves people about."""

    @initialize()
    def ouvrir(self) -> None:
        self.point = transaction.atomic()
        self.point.__enter__()
        hall = Hall()
        Reglages(depassements_max=PLAFOND).save()  # low, so that short histories reach it
        self.postes = [hall.ouvrir(nom, *poles) for nom, poles in GUICHETS.items()]
        self.poles = {code: Pole.objects.get(code=code) for code in POLES}
        self.pris = Counter[str]()
        self.depassements = Counter[int]()
        self.commences = 0

    def teardown(self) -> None:
        if not hasattr(self, "point"):
            return
        try:
            self._cloturer()
        finally:
            transaction.set_rollback(True)
            self.point.__exit__(None, None, None)

    # ------------------------------------------------------------------ gestures
    @rule(pole=st.sampled_from(POLES), presses=st.lists(st.booleans(), min_size=1, max_size=4))
    def prendre(self, pole: str, presses: list[bool]) -> None:
        for presse in presses:
            ticket = tickets.prendre_ticket(pole=self.poles[pole], cle=nouvelle_cle())
            self.pris[pole] += 1
            assert ticket.numero == self.pris[pole]
            if presse:
                tickets.prioriser(ticket_id=ticket.pk, cle=nouvelle_cle(), priorite=True)

    @rule(n=st.integers(0, 2))
    def appeler_suivant(self, n: int) -> None:
        poste = self.postes[n]
        attendent = self._attendent(poste)
        libre = appels.visiteur_du_guichet(poste) is None
        try:
            ticket = appels.appeler_suivant(poste=poste, cle=nouvelle_cle())
        except PersonneNAttend:
            assert (libre, attendent) == (True, [])
        except Refus:
            assert not libre
        else:
            assert ticket.pk == self._attendu(attendent)
            self._noter_depasses(ticket.pk, attendent)

    @rule(n=st.integers(0, 2), fois=st.integers(1, 4))
    def enchainer(self, n: int, fois: int) -> None:
        """A desk that works: what was begun ends, and the next are called, received and let go."""
        for _ in range(fois):
            self.accueillir(n, True)
            self.conclure(n, None)
            self.appeler_suivant(n)

    @rule(n=st.integers(0, 2), lequel=st.integers(0, 30))
    def appeler_numero(self, n: int, lequel: int) -> None:
        if (ticket := self._un(lequel, *DANS_LE_HALL)) is None:
            return
        poste = self.postes[n]
        devant = self._attendent(poste, ticket.pole_id)
        try:
            appele = appels.appeler_numero(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())
        except Refus:
            return
        self._noter_depasses(appele.pk, devant)

    @rule(n=st.integers(0, 2), vient=st.booleans())
    def accueillir(self, n: int, vient: bool) -> None:
        poste = self.postes[n]
        ticket = appels.visiteur_du_guichet(poste)
        if ticket is not None and ticket.etat == Etat.APPELE:
            geste = entretiens.commencer if vient else appels.signaler_absent
            geste(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())

    @rule(n=st.integers(0, 2), vers=st.sampled_from((None, *POLES)))
    def conclure(self, n: int, vers: str | None) -> None:
        poste = self.postes[n]
        ticket = appels.visiteur_du_guichet(poste)
        if ticket is None or ticket.etat != Etat.EN_ENTRETIEN:
            return
        if vers is None:
            entretiens.terminer(poste=poste, ticket_id=ticket.pk, cle=nouvelle_cle())
        elif self.poles[vers].pk != ticket.pole_id:
            entretiens.passer(poste=poste, ticket_id=ticket.pk, pole=self.poles[vers], cle=nouvelle_cle())

    @rule(lequel=st.integers(0, 30), geste=st.sampled_from(["mettre_en_pause", "reprendre", "ramener", "retirer"]))
    def bouger(self, lequel: int, geste: str) -> None:
        if (ticket := self._un(lequel)) is not None:
            try:
                getattr(tickets, geste)(ticket_id=ticket.pk, cle=nouvelle_cle())
            except Refus:
                assert Ticket.objects.get(pk=ticket.pk).etat == ticket.etat

    @rule(lequel=st.integers(0, 30), vers=st.sampled_from(POLES))
    def deplacer(self, lequel: int, vers: str) -> None:
        ticket = self._un(lequel, *DANS_LE_HALL)
        if ticket is not None and ticket.pole_id != self.poles[vers].pk:
            tickets.deplacer(ticket_id=ticket.pk, pole=self.poles[vers], cle=nouvelle_cle())

    @precondition(lambda self: Ticket.objects.exists())
    @rule(n=st.integers(0, 2))
    def annuler(self, n: int) -> None:
        poste = self.postes[n]
        geste = annulation.derniere_annulable(poste.guichet)
        if geste is not None:
            try:
                rendu = annulation.annuler(geste_id=geste.pk, cle=nouvelle_cle(), poste=poste)
            except annulation.RienAAnnuler:
                return
            assert (rendu.etat, rendu.pole_id) == (geste.avant["etat"], geste.avant["pole_id"])

    # ------------------------------------------------------------------ promises
    @invariant()
    def un_visiteur_par_guichet(self) -> None:
        recus = Counter(Ticket.objects.filter(etat__in=AU_GUICHET).values_list("guichet", flat=True))
        assert all(nombre == 1 for nombre in recus.values())
        ouverts = set(Entretien.objects.filter(fin=None).values_list("ticket", flat=True))
        assert ouverts == set(Ticket.objects.filter(etat=Etat.EN_ENTRETIEN).values_list("pk", flat=True))

    @invariant()
    def personne_n_est_depasse_plus_que_le_plafond(self) -> None:
        assert max(self.depassements.values(), default=0) <= PLAFOND

    # ------------------------------------------------------------------ the plain model
    def _un(self, lequel: int, *etats: Etat) -> Ticket | None:
        tous = Ticket.objects.order_by("pk")
        candidats = list(tous.filter(etat__in=etats) if etats else tous)
        return candidats[lequel % len(candidats)] if candidats else None

    def _attendent(self, poste: GuichetOuvert, *autres: int) -> list[tuple[int, bool, int]]:
        poles = {*(p.pk for p in poste.poles.all()), *autres}
        attente = Ticket.objects.filter(etat=Etat.EN_ATTENTE, pole__in=poles).order_by("pk")
        return list(attente.values_list("pk", "priorite", "depassements"))

    def _attendu(self, attendent: list[tuple[int, bool, int]]) -> int:
        """Who must be called: the first with priority, unless someone before them can't be overtaken any more."""
        presses = [pk for pk, presse, _ in attendent if presse]
        if presses and all(n < PLAFOND for pk, presse, n in attendent if pk < presses[0] and not presse):
            return presses[0]
        return attendent[0][0]

    def _noter_depasses(self, appele: int, attendent: list[tuple[int, bool, int]]) -> None:
        self.depassements.update(pk for pk, presse, _ in attendent if pk < appele and not presse)

    def _cloturer(self) -> None:
        recus = set(Entretien.objects.values_list("ticket", flat=True))
        attendu = {"tickets": self.pris.total(), "entretiens": Entretien.objects.count()}
        attendu["sans_entretien"] = Ticket.objects.exclude(pk__in=recus).count()
        attendu["absents"] = Ticket.objects.exclude(pk__in=recus).filter(etat=Etat.ABSENT).count()
        attendu["partis"] = Ticket.objects.exclude(pk__in=recus).filter(etat=Etat.PARTI).count()
        cloturer_journee(journee_courante())
        comptes = Counter[str]()
        for mesure, nombre in Comptage.objects.values_list("mesure", "nombre"):
            comptes[mesure] += nombre
        assert dict(comptes) | {k: 0 for k in attendu if k not in comptes} == attendu
        assert not Ticket.objects.exists()


@pytest.mark.lent
@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_every_history_keeps_order_bounded_overtaking_one_visitor_per_desk_and_true_totals(lieu: None) -> None:
    reglage = settings(max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Histoire, settings=reglage)

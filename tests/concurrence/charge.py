"""A hall under load: kiosks and desks in threads, and what each of them was answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.concurrence.clients import Borne, Bureau, Coupure, Pris, insister

QUESTIONS = (
    "je-cherche-ma-voie", "je-cherche-une-formation", "je-cherche-un-emploi",
    "je-veux-changer", "je-veux-creer", "par-ou-commencer",
)  # fmt: skip


def ensemble(actions: list[Callable[[], Any]]) -> list[Any]:
    """Run every action in a thread of its own, started together; return what they return, raise what they raise."""
    depart = threading.Barrier(len(actions))

    def partir(action: Callable[[], Any]) -> Any:
        depart.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as fils:
        return [fait.result() for fait in [fils.submit(partir, action) for action in actions]]


class Hall:
    """Everyone who uses the place at once. ``tickets`` and ``appels`` are what the server answered."""

    def __init__(self, url: str, borne: dict[str, str], bureaux: list[dict[str, Any]]) -> None:
        self.url = url
        self.cookie_borne = borne
        self.bureaux = [Bureau(url, b["cookies"], b["pk"]) for b in bureaux]
        self.tickets: list[Pris] = []
        self.appels: list[str] = []
        self.recommences = 0  # gestures sent again after a cut
        self.assez = threading.Event()  # kiosks stop after the ticket they are taking
        self._bornes_finies = threading.Event()

    # ---------------------------------------------------------------- kiosks
    def borne(self, rang: int, combien: int) -> None:
        """Take so many numbers, one after the other, at a different question each time."""
        borne = Borne(self.url, self.cookie_borne)
        for n in range(combien):
            if self.assez.is_set():
                break
            self.tickets.append(borne.prendre_quoi_qu_il_arrive(QUESTIONS[(rang + n) % len(QUESTIONS)]))
        borne.fermer()

    # ---------------------------------------------------------------- desks
    def bureau(self, bureau: Bureau, *, recevoir: bool = True) -> None:
        """Call, receive, end, and again until nobody waits and no kiosk gives numbers any more."""
        insister(bureau.entrer)
        while True:
            finies = self._bornes_finies.is_set()  # read before asking: whoever came before it is called
            numero = self._appeler(bureau)
            if not numero and finies:
                break
            if not numero:
                time.sleep(0.25)  # a real desk waits for the live signal
            elif recevoir:
                self._geste(bureau, "commencer")
                self._geste(bureau, "terminer")
            else:
                self._geste(bureau, "absent")
        bureau.fermer()

    def _appeler(self, bureau: Bureau) -> str:
        while True:
            try:
                numero = bureau.appeler()
            except Coupure:
                self.recommences += 1
                time.sleep(0.05)  # the same key again: the desk's page has not changed
            else:
                if numero:
                    self.appels.append(numero)
                return numero

    def _geste(self, bureau: Bureau, nom: str) -> None:
        while True:
            try:
                bureau.geste(nom)
                return
            except Coupure:
                self.recommences += 1
                time.sleep(0.05)

    # ---------------------------------------------------------------- all at once
    def vivre(self, bornes: int, tickets: int) -> float:
        """Run so many kiosks, each taking so many tickets, with every desk; return how long it took."""
        debut = time.perf_counter()
        restantes = [bornes]
        verrou = threading.Lock()

        def une_borne(rang: int) -> None:
            try:
                self.borne(rang, tickets)
            finally:
                with verrou:
                    restantes[0] -= 1
                    if not restantes[0]:
                        self._bornes_finies.set()

        actions: list[Callable[[], Any]] = [lambda rang=rang: une_borne(rang) for rang in range(bornes)]
        actions += [lambda b=b, n=n: self.bureau(b, recevoir=n % 4 != 3) for n, b in enumerate(self.bureaux)]
        ensemble(actions)
        return time.perf_counter() - debut

"""Kiosks and desks as browsers, without a screen: kept connections, cookies, forms read from the page and sent back."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

DELAI = 60.0
OISIVE = 3.0  # the server lets go of a connection after five seconds without a request
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_CLE = re.compile(r'name="cle" value="([^"]+)"')
_GESTE = re.compile(r'name="cle" value="([^"]+)" formaction="([^"]+)"')
_TICKET = re.compile(r'name="ticket" value="(\d+)"')
_NUMERO = re.compile(r'<h1[^>]*>[^<]*<span class="numero">([A-Z] \d+)</span>')
_APPELE = re.compile(r'id="visiteur-numero"[^>]*>([A-Z] \d+)<')


class Coupure(Exception):
    """The server went away before it answered: nobody knows what was done."""


class Inattendu(AssertionError):
    """An answer that no visitor and no advisor should get."""


@dataclass(frozen=True)
class Reponse:
    statut: int
    corps: str
    suite: str  # where it sends to
    duree: float


class Navigateur:
    """One kept connection and its cookies."""

    def __init__(self, url: str, cookies: dict[str, str]) -> None:
        self.hote = urlsplit(url).netloc
        self.cookies = dict(cookies)
        self._connexion: http.client.HTTPConnection | None = None
        self._servie = 0.0

    def demander(self, methode: str, chemin: str, champs: dict[str, str] | None = None, **entetes: str) -> Reponse:
        entetes["Cookie"] = "; ".join(f"{nom}={valeur}" for nom, valeur in self.cookies.items())
        corps = None
        if champs is not None:
            corps = urlencode(champs)
            entetes |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{self.hote}"}
        if time.monotonic() - self._servie > OISIVE:
            self.fermer()
        debut = time.perf_counter()
        try:
            if self._connexion is None:
                self._connexion = http.client.HTTPConnection(self.hote, timeout=DELAI)
            self._connexion.request(methode, chemin, corps, entetes)
            recue = self._connexion.getresponse()
            texte = recue.read().decode()
        except (OSError, http.client.HTTPException) as erreur:
            self.fermer()
            raise Coupure(type(erreur).__name__) from erreur
        self._servie = time.monotonic()
        self._retenir(recue.headers.get_all("Set-Cookie") or [])
        return Reponse(recue.status, texte, recue.headers["Location"] or "", time.perf_counter() - debut)

    def _retenir(self, lignes: list[str]) -> None:
        for ligne in lignes:
            nom, _, valeur = ligne.partition(";")[0].partition("=")
            self.cookies[nom] = valeur

    def fermer(self) -> None:
        if self._connexion is not None:
            self._connexion.close()
        self._connexion = None


def insister(action: Callable[[], Any], secondes: float = 60.0) -> Any:
    """Do it again while the server is away, as a person in front of a calm page does."""
    fin = time.monotonic() + secondes
    while True:
        try:
            return action()
        except Coupure:
            if time.monotonic() > fin:
                raise
            time.sleep(0.05)


@dataclass(frozen=True)
class Pris:
    """A number that a kiosk was given."""

    numero: str
    cle: str
    slug: str
    jeton: str
    durees: tuple[float, float, float]  # question page, form, ticket page


class Borne(Navigateur):
    """A kiosk: the page of the question, the tap, the page of the number."""

    csrf = ""

    def question(self, slug: str) -> tuple[str, float]:
        """Open the page of a question; return the key of its tap."""
        page = _voulu(self.demander("GET", f"/borne/{slug}/"), 200)
        self.csrf = _lu(_CSRF, page)
        return _lu(_CLE, page), page.duree

    def toucher(self, slug: str, cle: str) -> Reponse:
        champs = {"csrfmiddlewaretoken": self.csrf, "cle": cle}
        return _voulu(self.demander("POST", f"/borne/{slug}/", champs), 303)

    def lire(self, suite: str) -> tuple[str, float]:
        page = _voulu(self.demander("GET", suite), 200)
        return _lu(_NUMERO, page), page.duree

    def prendre(self, slug: str) -> Pris:
        cle, ouverture = self.question(slug)
        envoi = self.toucher(slug, cle)
        numero, lecture = self.lire(envoi.suite)
        return Pris(numero, cle, slug, envoi.suite, (ouverture, envoi.duree, lecture))

    def prendre_quoi_qu_il_arrive(self, slug: str) -> Pris:
        """The same, with the same key until it is answered."""
        cle, ouverture = insister(lambda: self.question(slug))
        envoi = insister(lambda: self.toucher(slug, cle))
        numero, lecture = insister(lambda: self.lire(envoi.suite))
        return Pris(numero, cle, slug, envoi.suite, (ouverture, envoi.duree, lecture))


@dataclass
class Bureau(Navigateur):
    """A desk: its page, then gestures as htmx sends them, each with the key that the last answer gave."""

    url: str
    biscuits: dict[str, str]
    pk: int
    durees: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.url, self.biscuits)
        self.gestes: dict[str, str] = {}
        self.csrf = self.ticket = self.numero = ""

    def _montrer(self, reponse: Reponse) -> Reponse:
        self.csrf = _lu(_CSRF, reponse)
        self.gestes = {adresse: cle for cle, adresse in _GESTE.findall(reponse.corps)}
        ticket, numero = _TICKET.search(reponse.corps), _APPELE.search(reponse.corps)
        self.ticket, self.numero = ticket[1] if ticket else "", numero[1] if numero else ""
        return reponse

    def entrer(self) -> None:
        self._montrer(_voulu(self.demander("GET", f"/guichet/{self.pk}/"), 200))

    def geste(self, nom: str, *statuts: int) -> Reponse:
        adresse = f"/guichet/{self.pk}/{nom}/"
        if adresse not in self.gestes:
            raise Inattendu(f"the desk does not offer {nom}: {sorted(self.gestes)}")
        champs = {"csrfmiddlewaretoken": self.csrf, "cle": self.gestes[adresse], "ticket": self.ticket}
        entetes = {"HX-Request": "true", "HX-Target": "guichet-vue", "HX-Current-URL": f"{self.url}/guichet/{self.pk}/"}
        reponse = _voulu(self.demander("POST", adresse, champs, **entetes), 200, *statuts)
        return self._montrer(reponse)

    def appeler(self) -> str:
        """Call the next visitor; return the number, or nothing when nobody waits."""
        reponse = self.geste("appeler", 409)
        if reponse.statut == 409:
            if "Personne n’attend" not in reponse.corps:
                raise Inattendu(reponse.corps[-2000:])
            return ""
        self.durees.append(reponse.duree)
        return self.numero


def _voulu(reponse: Reponse, *statuts: int) -> Reponse:
    if reponse.statut not in statuts:
        texte = re.sub(r"<[^>]+>|\s+", " ", reponse.corps)
        raise Inattendu(f"{reponse.statut}: {texte[:600]}")
    return reponse


def _lu(motif: re.Pattern[str], reponse: Reponse) -> str:
    trouve = motif.search(reponse.corps)
    if trouve is None:
        raise Inattendu(f"no {motif.pattern} in {reponse.corps[:2000]}")
    return trouve[1]

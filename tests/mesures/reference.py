"""The raw database doing the same statements: what the rules send is recorded once, then played by plain drivers.

Nothing is copied by hand, so the reference follows the rules. One ticket and one call are made with numbers that exist
nowhere else; wherever they come back in a statement is a slot that the replay fills with its own.

Run as `python -m tests.mesures.reference tickets|appels FOIS CLIENTS`, on the database of DATABASE_URL; prints JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import secrets
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

COEURS = 2
DEPART = 900_000  # the recorded ticket, number, rank and desk come just after: no other value looks like them


@dataclass(frozen=True)
class Ordre:
    """A statement, its parameters (a slot is the text ``§name``), and the slot that its first answer fills."""

    sql: str
    parametres: tuple[Any, ...]
    dans_transaction: bool
    remplit: str = ""


def enregistrer(regle: Callable[[], Any], fentes: dict[Any, str]) -> list[Ordre]:
    """Run a rule and return its statements, with slots wherever one of the values of ``fentes`` went."""
    from django.db import connection

    recueil: list[Ordre] = []

    def noter(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            recueil.append(Ordre(sql, tuple(params or ()), connection.in_atomic_block, _remplit(sql)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noter):
        regle()
    return [
        Ordre(
            o.sql, tuple(fentes.get(p, p) if _comparable(p) else p for p in o.parametres), o.dans_transaction, o.remplit
        )
        for o in recueil
    ]


def _comparable(valeur: Any) -> bool:
    return isinstance(valeur, str | int) and not isinstance(valeur, bool)


def _remplit(sql: str) -> str:
    """Return the slot that the first column of the answer fills, if any."""
    if sql.startswith("INSERT") and '"accueil_ticket"' in sql:
        return "§ticket"
    if sql.startswith("SELECT") and "LIMIT 1" in sql and '"accueil_ticket"."etat" = ' in sql:  # the candidate
        return "§ticket"
    rendu = sql.rpartition("RETURNING")[2] if "RETURNING" in sql else sql.partition(" FROM ")[0]
    for colonne, fente in (("dernier_numero", "§numero"), ("dernier_rang", "§rang")):
        if f'"{colonne}"' in rendu and '"cloturee_le"' not in rendu:
            return fente
    return ""


# ------------------------------------------------------------------------------------------------ what is recorded
def _tickets() -> list[Ordre]:
    from accueil.models import FileAttente, Ticket
    from accueil.regles import tickets
    from accueil.regles.gestes import nouvelle_cle
    from cite import jetons
    from cite.models import Question

    question = Question.objects.select_related("pole").get(slug="je-cherche-un-emploi")
    _avancer_les_cles()
    FileAttente.objects.filter(pole=question.pole).update(dernier_numero=DEPART)
    cle = nouvelle_cle()
    fentes = {
        cle: "§cle",
        jetons.empreinte(tickets.jeton_du_ticket(cle)): "§empreinte",
        DEPART + 1: "§numero",
    }
    ordres = enregistrer(lambda: tickets.prendre_ticket(pole=question.pole, cle=cle, question=question), fentes)
    fait = Ticket.objects.get(numero=DEPART + 1)
    return [Ordre(o.sql, tuple("§ticket" if p == fait.pk else p for p in o.parametres), *_reste(o)) for o in ordres]


def _appels(fois: int) -> tuple[list[Ordre], list[int]]:
    from accueil.models import Guichet, GuichetOuvert, Journee
    from accueil.regles import appels, guichets, tickets
    from accueil.regles.gestes import nouvelle_cle
    from cite import jetons
    from cite.models import Pole

    poles = list(Pole.objects.filter(actif=True))
    emploi = next(pole for pole in poles if pole.code == "emploi")
    _avancer_les_cles()
    for _ in range(fois + 1):
        tickets.prendre_ticket(pole=emploi, cle=nouvelle_cle())
    Journee.objects.update(dernier_rang=DEPART)
    # A desk and who sits there have the same key: one slot is enough.
    numeros = range(DEPART, DEPART + fois + 1)
    Guichet.objects.bulk_create(Guichet(pk=n, nom=f"r{n}") for n in numeros)
    journee = Journee.objects.get()
    GuichetOuvert.objects.bulk_create(
        GuichetOuvert(pk=n, guichet_id=n, journee=journee, jeton_empreinte=jetons.empreinte(f"r{n}")) for n in numeros
    )
    GuichetOuvert.objects.get(pk=DEPART).poles.set(poles)
    poste = guichets.poste_du_jeton(DEPART, f"r{DEPART}")
    cle = nouvelle_cle()
    fentes = {cle: "§cle", DEPART: "§guichet", DEPART + 1: "§rang"}
    appele: list[Any] = []
    ordres = enregistrer(lambda: appele.append(appels.appeler_suivant(poste=poste, cle=cle)), fentes)
    ticket = appele[0].pk
    ordres = [Ordre(o.sql, tuple("§ticket" if p == ticket else p for p in o.parametres), *_reste(o)) for o in ordres]
    return ordres, list(numeros[1:])


def _reste(ordre: Ordre) -> tuple[bool, str]:
    return ordre.dans_transaction, ordre.remplit


def _avancer_les_cles() -> None:
    """Give the next ticket a key that no other number equals."""
    from django.db import connection

    from accueil.regles import tickets
    from accueil.regles.gestes import nouvelle_cle
    from cite.models import Pole

    premier = tickets.prendre_ticket(pole=Pole.objects.get(code="emploi"), cle=nouvelle_cle())
    tickets.retirer(ticket_id=premier.pk, cle=nouvelle_cle())
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            curseur.execute("SELECT setval(pg_get_serial_sequence('accueil_ticket', 'id'), %s)", [2 * DEPART])
        else:
            curseur.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = 'accueil_ticket'", [2 * DEPART])


# ------------------------------------------------------------------------------------------------ played by a driver
class Pilote:
    """A plain connection with the settings that the portal uses."""

    def __init__(self, base: dict[str, Any]) -> None:
        self.sqlite = base["ENGINE"].endswith("sqlite3")
        if self.sqlite:
            options = base["OPTIONS"]
            self.connexion: Any = sqlite3.connect(base["NAME"], timeout=options["timeout"], isolation_level=None)
            self.connexion.executescript(options["init_command"])
        else:
            import psycopg

            self.connexion = psycopg.connect(
                host=base["HOST"], port=base["PORT"] or 5432, user=base["USER"] or None,
                password=base["PASSWORD"] or None, dbname=base["NAME"], autocommit=True,
                cursor_factory=psycopg.ClientCursor,
            )  # fmt: skip

    def executer(self, sql: str, parametres: tuple[Any, ...]) -> tuple[Any, ...] | None:
        if self.sqlite:
            sql = sql.replace("%s", "?").replace("%%", "%")
        curseur = self.connexion.execute(sql, parametres)
        return curseur.fetchall() if curseur.description else None

    def jouer(self, ordres: list[Ordre], fentes: dict[str, Any]) -> None:
        dedans = False
        for ordre in ordres:
            if ordre.dans_transaction and not dedans:
                self.executer("BEGIN IMMEDIATE" if self.sqlite else "BEGIN", ())
                dedans = True
            lignes = self.executer(ordre.sql, tuple(fentes[p] if _est_fente(p) else p for p in ordre.parametres))
            if ordre.remplit and lignes:
                fentes[ordre.remplit] = lignes[0][0]
        if dedans:
            self.executer("COMMIT", ())


def _est_fente(valeur: Any) -> bool:
    return isinstance(valeur, str) and valeur.startswith("§")


def _un_coeur(
    base: dict[str, Any], ordres: list[Ordre], fils: int, parts: list[list[int]], depart: float, rendu: Any
) -> None:
    durees: list[float] = []

    def client(guichets: list[int]) -> None:
        pilote = Pilote(base)
        time.sleep(max(0.0, depart - time.time()))
        for guichet in guichets:
            fentes = {
                "§cle": f"20990101-{secrets.token_urlsafe(16)}",
                "§empreinte": secrets.token_hex(32),
                "§guichet": guichet,
            }
            debut = time.perf_counter()
            pilote.jouer(ordres, fentes)
            durees.append(time.perf_counter() - debut)
        pilote.connexion.close()

    fils_ = [threading.Thread(target=client, args=(part,)) for part in parts]
    for fil in fils_:
        fil.start()
    for fil in fils_:
        fil.join()
    rendu.put((durees, time.time()))


def mesurer(quoi: str, fois: int, clients: int) -> dict[str, Any]:
    """Play ``fois`` tickets or calls with so many clients; return rate, p50, p99 in ms, and the statements."""
    from django.conf import settings
    from django.db import connections

    guichets = [0] * fois
    if quoi == "tickets":
        ordres = _tickets()
    else:
        ordres, guichets = _appels(fois)
    base = settings.DATABASES["default"]
    connections.close_all()
    contexte = multiprocessing.get_context("fork")
    rendu = contexte.Queue()
    depart = time.time() + 1
    parts = [guichets[n::clients] for n in range(clients)]
    coeurs = [
        contexte.Process(target=_un_coeur, args=(base, ordres, clients, parts[n::COEURS], depart, rendu))
        for n in range(COEURS)
    ]
    for coeur in coeurs:
        coeur.start()
    recus = [rendu.get(timeout=300) for _ in coeurs]
    for coeur in coeurs:
        coeur.join()
    durees = sorted(duree for part, _ in recus for duree in part)
    assert len(durees) == fois, f"{len(durees)} of {fois} were played"
    return {
        "debit": fois / (max(fin for _, fin in recus) - depart),
        "p50": 1000 * durees[len(durees) // 2],
        "p99": 1000 * durees[int(len(durees) * 0.99)],
        "ordres": len(ordres),
    }


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(mesurer(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))

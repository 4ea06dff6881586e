"""Counter rows: a number that is given once, in the order of the lock that gives it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, models

TRANCHE = 5  # minutes
PLAFOND = 240  # the last slice holds everything above


def suivant(modele: type[models.Model], champ: str, **cle: Any) -> int | None:
    """Increment one column of the row that ``cle`` names, and return its new value; None when there is no such row.

    One statement (``UPDATE … RETURNING``, PostgreSQL and SQLite 3.35): the lock is held from here to the commit.
    Names come from the code, never from a request.
    """
    nom = connection.ops.quote_name
    options: Any = modele._meta
    colonne, table = nom(options.get_field(champ).column), nom(options.db_table)
    conditions = " AND ".join(f"{nom(options.get_field(un).column)} = %s" for un in cle)
    sql = f"UPDATE {table} SET {colonne} = {colonne} + 1 WHERE {conditions} RETURNING {colonne}"  # noqa: S608
    with connection.cursor() as curseur:
        curseur.execute(sql, [valeur.pk if isinstance(valeur, models.Model) else valeur for valeur in cle.values()])
        ligne = curseur.fetchone()
    return ligne[0] if ligne else None


def tranche_de(duree: timedelta) -> int:
    """Return the slice of five minutes of a duration: the minutes at which it begins."""
    minutes = max(0, int(duree.total_seconds() // 60))
    return min(minutes // TRANCHE * TRANCHE, PLAFOND)

"""Read-only guard: a view that says it reads, and writes, fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

LECTURES = ("SELECT", "WITH", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "DECLARE", "FETCH", "CLOSE")


class EcritureInterdite(RuntimeError):
    """A reading view tried to write to the database: a mistake of the developer, never of a visitor."""


def _garde(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if not sql.lstrip(" (\n").upper().startswith(LECTURES):
        raise EcritureInterdite(f"Cette vue déclare ne faire que lire, et demande : {sql[:80]}")
    return execute(sql, params, many, context)


@contextmanager
def lecture_seule() -> Iterator[None]:
    """Refuse every statement that is not a read while the block runs. Raises `EcritureInterdite`."""
    with connection.execute_wrapper(_garde):
        yield

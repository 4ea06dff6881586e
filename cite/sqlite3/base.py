"""SQLite for several writers: each waits its turn in the kernel instead of asking again and again.

SQLite makes a second writer poll: under load one of them can miss every gap and fail after its five seconds ("database
is locked"). Here a write transaction first takes a file lock beside the database, which the kernel hands over as soon
as it is free, between threads and between processes, and frees by itself when a process is killed.
"""

from __future__ import annotations

import os
from typing import Any

from django.db.backends.sqlite3 import base

try:
    from fcntl import LOCK_EX, LOCK_UN, flock
except ImportError:  # not a POSIX system: SQLite's own polling
    flock = None  # type: ignore[assignment]


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite connection; its transactions (IMMEDIATE, see the settings) wait in line."""

    _tour: int | None = None  # descriptor of the lock's file
    _tenu = False

    def _start_transaction_under_autocommit(self) -> None:
        self._prendre_le_tour()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._laisser_le_tour()
            raise

    def _commit(self) -> Any:
        super()._commit()  # type: ignore[misc]
        self._laisser_le_tour()  # not after a failure: a rollback follows

    def _rollback(self) -> Any:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._laisser_le_tour()

    def _close(self) -> Any:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            if self._tour is not None:
                os.close(self._tour)  # and with it the lock
            self._tour, self._tenu = None, False

    def _prendre_le_tour(self) -> None:
        if flock is None or self._tenu or self.is_in_memory_db():
            return
        if self._tour is None:
            self._tour = os.open(f"{self.settings_dict['NAME']}-tour", os.O_RDWR | os.O_CREAT, 0o644)
        flock(self._tour, LOCK_EX)
        self._tenu = True

    def _laisser_le_tour(self) -> None:
        if self._tenu and self._tour is not None:
            flock(self._tour, LOCK_UN)
            self._tenu = False

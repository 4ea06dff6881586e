"""PostgreSQL: a connection that has just answered is not asked, before every page, whether it is still there."""

from __future__ import annotations

import time

from django.db.backends.postgresql import base

VIVANTE_S = 5.0  # a link used so recently is taken to be alive


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection with `CONN_HEALTH_CHECKS`, the check being made after a rest only.

    A server that restarts within the five seconds costs an error to the pages of that moment; Django then opens again.
    """

    _servie = 0.0

    def is_usable(self) -> bool:
        """Return whether the connection answers, without asking one that was checked a moment ago."""
        if time.monotonic() - self._servie < VIVANTE_S:
            return True
        utilisable: bool = super().is_usable()
        self._servie = time.monotonic() if utilisable else 0.0
        return utilisable

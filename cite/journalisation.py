"""Logs that cannot betray anyone: a capability link is a key, so its token never reaches a log line.

Addresses are dealt with elsewhere: `cite.asgi` takes them off every request before a page can see them, and the
settings switch the server's access log off.
"""

from __future__ import annotations

import logging
import re

# Path prefixes whose next segment is a token. A new kind of capability link adds its prefix here.
PREFIXES_A_JETON = ("borne/ticket", "suivi", "appairage", "fiche")
PARAMETRES_A_JETON = ("jeton", "code", "cle", "p", "passe")

_JETON = re.compile(
    rf"(?P<avant>/(?:{'|'.join(PREFIXES_A_JETON)})/|[?&;](?:{'|'.join(PARAMETRES_A_JETON)})=)[^/?&;#\s'\"<>]+"
)


def sans_jeton(texte: str) -> str:
    """The same text, each token replaced by an ellipsis."""
    return _JETON.sub(r"\g<avant>…", texte)


def _discret(valeur: object) -> object:
    if isinstance(valeur, int | float | None):
        return valeur
    texte = valeur if isinstance(valeur, str) else str(valeur)
    propre = sans_jeton(texte)
    return propre if propre != texte else valeur


class SansJeton(logging.Filter):
    """Cleans the message and its arguments, so that whatever handles the record later is safe too."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _discret(record.msg)
        if isinstance(record.args, dict):
            record.args = {cle: _discret(valeur) for cle, valeur in record.args.items()}
        elif record.args:
            record.args = tuple(_discret(valeur) for valeur in record.args)
        return True


class FormatDiscret(logging.Formatter):
    """Cleans the finished line, traceback included: an exception may quote a path."""

    def format(self, record: logging.LogRecord) -> str:
        return sans_jeton(super().format(record))

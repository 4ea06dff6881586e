"""Acts on a real place from outside its server: a process of its own, on the same database, through the real rules.

`with Regie(adresse) as regie: regie.appeler(guichet="1")` runs `plateau.appeler(guichet="1")` over there and returns
what it returns (JSON). Tests that drive a real server cannot use their own database: it is another one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from tests.serveur import RACINE, environnement


class Regie:
    def __init__(self, adresse: str) -> None:
        self.adresse = adresse
        self._popen: subprocess.Popen[str] | None = None

    def __enter__(self) -> Regie:
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "tests.concurrence.regie"],
            cwd=RACINE, env=environnement(self.adresse), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        assert self._popen and self._popen.stdin and self._popen.stdout
        self._popen.stdin.close()
        self._popen.wait(20)
        self._popen.stdout.close()

    def __getattr__(self, nom: str) -> Callable[..., Any]:
        def faire(**arguments: Any) -> Any:
            assert self._popen and self._popen.stdin and self._popen.stdout
            self._popen.stdin.write(json.dumps([nom, arguments]) + "\n")
            self._popen.stdin.flush()
            reponse = json.loads(self._popen.stdout.readline())
            if "erreur" in reponse:
                raise AssertionError(f"{nom}: {reponse['erreur']}")
            return reponse["rendu"]

        return faire


def _servir() -> None:
    import traceback

    import django

    django.setup()
    from tests.concurrence import plateau

    for ligne in sys.stdin:
        nom, arguments = json.loads(ligne)
        try:
            reponse = {"rendu": getattr(plateau, nom)(**arguments)}
        except Exception:
            reponse = {"erreur": traceback.format_exc()}
        print(json.dumps(reponse), flush=True)


if __name__ == "__main__":
    _servir()

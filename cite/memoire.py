"""What every request asks for and almost never changes: kept for two seconds in each process, as it was read.

Settings, hours and reference rows were a third of the questions put to the database. A saved or deleted row forgets
its value here at once; another process may go on with the one of before for `DUREE_S`. What is kept is shared by all
threads: nobody writes on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from functools import cache
from typing import Any, Generic, Self, TypeVar

from django.db import models
from django.db.models.signals import post_delete, post_save

DUREE_S = 2.0

V = TypeVar("V")
_toutes: list[Memoire] = []


class Memoire(Generic[V]):
    """``memoire()`` returns what ``lire()`` returned at most two seconds (``duree_s``) ago, or returns now."""

    def __init__(self, lire: Callable[[], V], *modeles: type[models.Model], duree_s: float = 0.0) -> None:
        self._lire = lire
        self._duree_s = duree_s
        self._garde: tuple[float, V] | None = None
        _toutes.append(self)
        for modele in modeles:
            post_save.connect(self.oublier, sender=modele, weak=False)
            post_delete.connect(self.oublier, sender=modele, weak=False)

    def __call__(self) -> V:
        maintenant = time.monotonic()
        garde = self._garde
        if garde is None or maintenant - garde[0] > max(self._duree_s, DUREE_S):
            self._garde = garde = (maintenant, self._lire())
        return garde[1]

    def oublier(self, **_signal: object) -> None:
        """Read again at the next call."""
        self._garde = None


def tout_oublier() -> None:
    """Forget every value of this process: for whoever changes rows without saving them one by one."""
    for memoire in _toutes:
        memoire.oublier()


class Reference(models.Model):
    """A model of a few dozen rows that everything points to: poles, questions, desks."""

    class Meta:
        abstract = True

    @classmethod
    def de_memoire(cls) -> dict[int, Self]:
        """Return every row by its key, from memory."""
        return _lignes(cls)()  # type: ignore[return-value]

    @classmethod
    def oublier(cls) -> None:
        """Read the rows again at the next call: for whoever changes them by `update()`."""
        _lignes(cls).oublier()


@cache
def _lignes(modele: type[Reference]) -> Memoire[dict[int, Reference]]:
    return Memoire(lambda: {ligne.pk: ligne for ligne in modele._default_manager.all()}, modele)


class AvecReferences(models.Model):
    """A model whose rows find the references they point to in memory, instead of a join in every question."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[Any], values: Collection[Any]) -> Self:
        ligne = super().from_db(db, field_names, values)
        for champ, modele in _references(cls):
            cle = ligne.__dict__.get(champ.attname)
            if cle is not None and (reference := modele.de_memoire().get(cle)) is not None:
                champ.set_cached_value(ligne, reference)
        return ligne


@cache
def _references(modele: type[models.Model]) -> list[tuple[models.ForeignKey[Any, Any], type[Reference]]]:
    cles = [champ for champ in modele._meta.concrete_fields if isinstance(champ, models.ForeignKey)]
    visees: list[tuple[Any, Any]] = [(cle, cle.related_model) for cle in cles]
    return [(cle, vise) for cle, vise in visees if issubclass(vise, Reference)]

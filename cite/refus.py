"""What the software says when it says no: what happened, what is kept, what to do."""

from http import HTTPStatus


class Refus(Exception):
    """A refusal with a sentence for the person in front of it; `cite.droits.acces` turns it into a page.

    ``phrase`` says what happened, ``garde`` what is kept (may be empty), ``que_faire`` what to do next.
    ``statut`` is the HTTP status of the answer.
    """

    statut: int = HTTPStatus.CONFLICT

    def __init__(self, phrase: str, *, garde: str = "", que_faire: str = "", statut: int | None = None) -> None:
        super().__init__(phrase)
        self.phrase, self.garde, self.que_faire = phrase, garde, que_faire
        if statut is not None:
            self.statut = statut


class Interdit(Refus):
    statut = HTTPStatus.FORBIDDEN


class Introuvable(Refus):
    statut = HTTPStatus.NOT_FOUND


class Invalide(Refus):
    statut = HTTPStatus.UNPROCESSABLE_ENTITY

"""A capability link is a key: its token is in no log line, whatever part of the record it came in."""

import logging

import pytest

from cite.journalisation import FormatDiscret, SansJeton

JETON = "Zk3xQ9vT1bW8nR5mL2cH7a"


def ligne(message: str, *arguments: object, **autres: object) -> str:
    trace = logging.LogRecord("cite", logging.WARNING, __file__, 1, message, arguments, None)
    trace.__dict__.update(autres)
    assert SansJeton().filter(trace)
    assert JETON not in trace.getMessage()
    return FormatDiscret("%(message)s").format(trace)


@pytest.mark.parametrize("chemin", ["borne/ticket", "ar/borne/ticket", "suivi", "appairage", "fiche"])
def test_a_token_in_a_path_becomes_an_ellipsis(chemin):
    assert ligne("Not Found: %s", f"/{chemin}/{JETON}/") == f"Not Found: /{chemin}/…/"


def test_a_token_in_a_query_or_in_the_message_itself_becomes_an_ellipsis():
    assert ligne(f"GET /x/?jeton={JETON}&page=2") == "GET /x/?jeton=…&page=2"


@pytest.mark.parametrize("parametre", ["p", "passe"])
def test_what_lets_a_telephone_take_a_number_becomes_an_ellipsis(parametre):
    assert ligne(f"Gone: /ticket/?{parametre}={JETON}") == f"Gone: /ticket/?{parametre}=…"


def test_named_arguments_are_cleaned_and_others_left_alone():
    assert ligne("%(quoi)s %(combien)d", {"quoi": f"/suivi/{JETON}", "combien": 3}) == "/suivi/… 3"


def test_a_token_in_a_traceback_becomes_an_ellipsis():
    try:
        raise ValueError(f"/suivi/{JETON}/")
    except ValueError as erreur:
        texte = ligne("échec", exc_info=(type(erreur), erreur, erreur.__traceback__))
    assert "ValueError: /suivi/…/" in texte


def test_an_ordinary_path_is_left_alone():
    assert ligne("GET %s %d", "/borne/changer-de-metier/", 200) == "GET /borne/changer-de-metier/ 200"

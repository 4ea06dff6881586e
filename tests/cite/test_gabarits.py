"""The strictness of the tests is itself tested: a variable nobody gave must not pass for an empty one."""

import pytest
from django.template import Context, Origin, Template, engines

from tests.gabarits import NOS_GABARITS


def rendre(source: str, nom: str) -> str:
    gabarit = Template(source, origin=Origin(nom), name=nom, engine=engines["django"].engine)
    return gabarit.render(Context({"connue": "oui"}))


@pytest.mark.parametrize("source", ["{{ inconnue }}", "{{ connue.rien }}", "{% if connue %}{{ inconnue }}{% endif %}"])
def test_an_unknown_variable_in_our_templates_fails(source):
    with pytest.raises(AssertionError, match="is not defined"):
        rendre(source, f"{NOS_GABARITS}/essai.html")


@pytest.mark.parametrize("source", ["{{ connue }}", "{% if inconnue %}oui{% endif %}", "{% firstof inconnue connue %}"])
def test_a_known_variable_and_a_question_pass(source):
    rendre(source, f"{NOS_GABARITS}/essai.html")


def test_templates_of_packages_are_left_alone():
    assert rendre("{{ inconnue }}", "/ailleurs/essai.html") == ""

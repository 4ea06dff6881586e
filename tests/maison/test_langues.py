"""Public surfaces speak five languages: no bare text in a template, no sentence missing from a catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.utils.translation.template import block_re, constant_re, inline_re
from django.utils.translation.trans_real import translation

from accueil.models import MessageAnnonce
from cite.models import Pole, Question

RACINE = Path(__file__).resolve().parents[2]
GABARITS = [
    "base.html", "appareil.html", "refus.html", "400.html", "403.html", "403_csrf.html", "404.html", "500.html",
    "cite/appairage.html", "accueil/portail.html", "partiels/*.html", "accueil/borne*.html", "accueil/ecran*.html",
    "accueil/suivi*.html", "accueil/telephone*.html", "accueil/question_etat.html", "accueil/papier_qr.html",
]  # fmt: skip
DE_L_EQUIPE = {"bandeau_demo.html", "entete.html"}  # shown to accounts, or in the demonstration
MODULES = [
    "cite/horaires.py", "cite/appareils.py", "cite/forms.py", "accueil/views/borne.py", "accueil/views/ecran.py",
    "accueil/forms/borne.py", "accueil/regles/tickets.py", "accueil/regles/gestes.py", "accueil/views/suivi.py",
    "accueil/views/telephone.py", "accueil/regles/suivi.py", "accueil/regles/presence.py",
]  # fmt: skip
LANGUES = [code for code, _nom in settings.LANGUAGES if code != "fr"]
PAS_DU_TEXTE = {"block corps_attributs", "block classe_html", "block classe_corps"}  # inside a tag of the base
LETTRES = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
ATTRIBUT = re.compile(r"""\b(?:aria-label|title|placeholder|alt)=(?:"([^"]*)"|'([^']*)')""")


def gabarits() -> list[Path]:
    trouves = (fichier for motif in GABARITS for fichier in sorted((RACINE / "templates").glob(motif)))
    return [fichier for fichier in trouves if fichier.name not in DE_L_EQUIPE]


def texte_nu(fichier: Path) -> list[str]:
    """Words of a template that no translation tag holds, in its text and in the attributes people read."""
    morceaux, dans_bloc = [], False
    for jeton in Lexer(fichier.read_text()).tokenize():
        if jeton.token_type == TokenType.BLOCK:
            commande = jeton.contents.split()[0]
            if commande in ("blocktranslate", "comment") or jeton.contents in PAS_DU_TEXTE:
                dans_bloc = True
            elif commande in ("endblocktranslate", "endcomment", "endblock"):
                dans_bloc = False
        elif jeton.token_type == TokenType.TEXT and not dans_bloc:
            morceaux.append(jeton.contents)
    html = re.sub(r"<!--.*?-->|&\w+;|Cité des métiers", "", "".join(morceaux), flags=re.DOTALL)
    attributs = [a or b for a, b in ATTRIBUT.findall(html)]
    return LETTRES.findall(" ".join([re.sub(r"<[^>]*>", " ", html), *attributs]))


@pytest.mark.parametrize("fichier", gabarits(), ids=lambda f: f.name)
def test_no_public_template_holds_a_bare_word(fichier: Path) -> None:
    assert texte_nu(fichier) == []


def phrases_d_un_gabarit(fichier: Path) -> Iterator[str]:
    bloc: list[str] | None = None
    for jeton in Lexer(fichier.read_text()).tokenize():
        if jeton.token_type == TokenType.BLOCK and block_re.match(jeton.contents):
            bloc, rogne = [], "trimmed" in jeton.contents
        elif bloc is not None and jeton.token_type == TokenType.BLOCK and jeton.contents.startswith(("end", "plural")):
            brut = "".join(bloc)
            yield " ".join(ligne.strip() for ligne in brut.strip().splitlines()) if rogne else brut
            bloc = None
        elif bloc is not None:
            bloc.append(f"%({jeton.contents})s" if jeton.token_type == TokenType.VAR else jeton.contents)
        elif jeton.token_type == TokenType.BLOCK and (trouve := inline_re.match(jeton.contents)):
            yield trouve[1].strip("\"'")
        if jeton.token_type in (TokenType.BLOCK, TokenType.VAR):
            yield from (constante.strip("\"'") for constante in constant_re.findall(jeton.contents))


def phrases_d_un_module(fichier: Path) -> Iterator[str]:
    for noeud in ast.walk(ast.parse(fichier.read_text())):
        match noeud:
            case ast.Call(func=ast.Name(id="_" | "ngettext"), args=[ast.Constant(value=str(phrase)), *_]):
                yield phrase


def phrases() -> set[str]:
    modules = [RACINE / module for module in MODULES]
    des_gabarits = {phrase for fichier in gabarits() for phrase in phrases_d_un_gabarit(fichier)}
    return des_gabarits | {phrase for module in modules for phrase in phrases_d_un_module(module)}


def test_the_sentences_are_found() -> None:
    """A check that finds nothing to check would never fail."""
    assert len(phrases()) > 60


@pytest.mark.parametrize("langue", LANGUES)
def test_every_public_sentence_is_translated(langue: str) -> None:
    catalogue = translation(langue)._catalog
    assert sorted(phrase for phrase in phrases() if phrase not in catalogue and (phrase, 0) not in catalogue) == []


@pytest.mark.parametrize("langue", LANGUES)
def test_the_compiled_catalogue_is_that_of_its_source(langue: str) -> None:
    dossier = RACINE / "cite" / "locale" / langue / "LC_MESSAGES"
    assert (dossier / "django.mo").stat().st_size > 0
    source = (dossier / "django.po").read_text()
    assert "#, fuzzy" not in source.split('msgid ""', 2)[-1]


@pytest.mark.parametrize("langue", LANGUES)
def test_the_words_of_the_place_are_seeded_in_every_language(langue: str, lieu: None) -> None:
    manquants = [
        f"{objet}.{champ}"
        for modele in (Pole, Question, MessageAnnonce)
        for objet in modele.objects.all()
        for champ in modele.CHAMPS_TRADUITS
        if not objet.traductions.get(langue, {}).get(champ)
    ]
    assert manquants == []

"""A table as CSV or XLSX: the figures of the page, under a head that says what they are."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from accueil.publication.figer import EXTERNE
from accueil.views.pilotage_feuilles import Feuille, dire
from accueil.views.pilotage_page import Page

FORMULES = ("=", "+", "-", "@", "\t", "\r", "\n")
CSV, XLSX = "csv", "xlsx"
FORMES = (CSV, XLSX)
TYPE_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def neutre(texte: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{texte}" if texte.lstrip(" ").startswith(FORMULES) or texte.startswith(FORMULES) else texte


def entete(page: Page, feuille: Feuille) -> list[tuple[str, str]]:
    """Return what must be known to read the figures."""
    pour = _("pour l’extérieur") if page.audience == EXTERNE else _("interne, à ne pas diffuser")
    lignes = [(_("Tableau"), feuille.titre), (_("Période"), page.periode.titre())]
    if page.periode.precision():
        lignes.append((_("Jours"), page.periode.precision()))
    lignes.append((_("Usage"), pour))
    if feuille.publique and page.fige_le:
        instant = timezone.localtime(page.fige_le)
        lignes += [
            (_("Seuil"), _("rien n’est donné au-dessous de %(n)d personnes") % {"n": page.seuil}),
            (_("Chiffres figés le"), formats.date_format(instant, "j F Y, H:i")),
            ("n.c.", _("non communiqué : sous le seuil, ou caché pour qu’un total ne redonne pas un nombre caché")),
        ]
    lignes.append(("—", _("non compté : le pôle n’était pas ouvert ; ce n’est pas zéro")))
    return lignes


def exporter(page: Page, feuille: Feuille, forme: str) -> HttpResponse:
    """Return the file of a table."""
    contenu, genre = (
        (_en_xlsx(page, feuille), TYPE_XLSX) if forme == XLSX else (_en_csv(page, feuille), "text/csv; charset=utf-8")
    )
    reponse = HttpResponse(contenu, content_type=genre)
    suffixe = "-exterieur" if page.audience == EXTERNE else ""
    nom = f"{feuille.cle}-{page.periode.valeur}{suffixe}.{forme}"
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    reponse["Cache-Control"] = "no-store"
    return reponse


def _en_csv(page: Page, feuille: Feuille) -> bytes:
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrivain.writerows([neutre(mot) for mot in ligne] for ligne in entete(page, feuille))
    ecrivain.writerow([])
    ecrivain.writerow([neutre(mot) for mot in (feuille.tete, *feuille.colonnes)])
    for label, cellules in feuille.lignes:
        ecrivain.writerow([neutre(label), *(neutre(dire(cellule)) for cellule in cellules)])
    return sortie.getvalue().encode("utf-8-sig")


def _nombre_ou_mots(cellule: Any) -> int | float | str:
    """Return a figure as a number a spreadsheet can add, rounded as the page rounds it; anything else in words."""
    if isinstance(cellule, float):
        return round(cellule, 1)
    return cellule if isinstance(cellule, int) else neutre(dire(cellule))


def _en_xlsx(page: Page, feuille: Feuille) -> bytes:
    classeur = Workbook()
    onglet: Any = classeur.active
    onglet.title = feuille.cle[:31]
    for ligne in entete(page, feuille):
        onglet.append([neutre(mot) for mot in ligne])
    onglet.append([])
    onglet.append([neutre(mot) for mot in (feuille.tete, *feuille.colonnes)])
    tete = onglet.max_row
    for cellule in onglet[tete]:
        cellule.font, cellule.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for label, cellules in feuille.lignes:
        onglet.append([neutre(label), *(_nombre_ou_mots(c) for c in cellules)])
    onglet.freeze_panes = onglet.cell(row=tete + 1, column=2)
    onglet.column_dimensions["A"].width = 34
    for rang in range(2, len(feuille.colonnes) + 2):
        onglet.column_dimensions[get_column_letter(rang)].width = 18
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()

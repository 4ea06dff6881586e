from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from cite import qr
from cite.models import Traduisible

register = template.Library()


@register.filter
def traduit(objet: Traduisible, champ: str) -> str:
    """Return a public text of the place in the page's language, in French where no translation exists."""
    return objet.traduit(champ)


@register.filter
def cle(valeurs: dict[object, object], nom: object) -> object:
    """Return the value of a dictionary under a key that is itself a variable; "" where there is none."""
    return valeurs.get(nom, "")


@register.simple_tag
def picto(nom: str, classe: str = "") -> SafeString:
    """Return a pictogram of the house: words stand beside it, so screen readers pass it over."""
    return format_html(
        '<svg class="picto{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {classe}" if classe else "",
        static("icones/pictos.svg"),
        nom,
    )


@register.simple_tag(name="qr")
def dessiner_qr(adresse: str) -> SafeString:
    """Return an address as a QR code; to be put in an element that says what it leads to."""
    return mark_safe(qr.svg(adresse))  # noqa: S308  (drawn by us: digits and letters of a path)

from django import template

from cite.models import Traduisible

register = template.Library()


@register.filter
def traduit(objet: Traduisible, champ: str) -> str:
    """Return a public text of the place in the page's language, in French where no translation exists."""
    return objet.traduit(champ)

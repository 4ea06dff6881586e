"""Random tokens and the codes people type. Only hashes are ever stored."""

import hashlib
import hmac
import secrets

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: no I, L, O, U
CONTROLE = ALPHABET + "*~$=U"
_LECTURE = str.maketrans("ILO", "110", "- ")


def nouveau() -> str:
    """Return 128 random bits, URL-safe (22 characters)."""
    return secrets.token_urlsafe(16)


def derive(usage: str, cle: str) -> str:
    """Return a 128-bit token that depends only on the secret key, a usage and ``cle``.

    The same tap (same key) therefore always gets the same token, although only its hash is stored.
    """
    mac = hmac.digest(settings.SECRET_KEY.encode(), f"{usage}:{cle}".encode(), "sha256")
    return mac[:16].hex()


def empreinte(jeton: str) -> str:
    """Return the SHA-256 hash (hex, 64 characters) under which a token is stored."""
    return hashlib.sha256(jeton.encode()).hexdigest()


def _controle(valeur: str) -> str:
    nombre = 0
    for lettre in valeur:
        nombre = nombre * 32 + ALPHABET.index(lettre)
    return CONTROLE[nombre % 37]


def nouveau_code() -> str:
    """Return ten random Crockford characters and their check character, as ``XXXXX-XXXXX-C``."""
    corps = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{corps[:5]}-{corps[5:]}-{_controle(corps)}"


def lire_code(saisie: str) -> str | None:
    """Return the canonical form of a typed code, or None when it cannot be one.

    Forgiving as Crockford's base 32 asks: case, spaces, hyphens, and I, L, O for 1, 1, 0.
    """
    brut = saisie.strip().upper().translate(_LECTURE)
    if len(brut) != 11:
        return None
    corps, controle = brut[:10], brut[10]
    if any(lettre not in ALPHABET for lettre in corps) or _controle(corps) != controle:
        return None
    return f"{corps[:5]}-{corps[5:]}-{controle}"

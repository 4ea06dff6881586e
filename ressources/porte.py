"""The door of `ressources`: the only module of this app that `accueil` may import.

It returns frozen dataclasses, never models or querysets, so that the catalogue can change inside without the
queue noticing. Empty until the catalogue exists.
"""

"""The door of `evenements`: the only module of this app that `accueil` may import.

It returns frozen dataclasses, never models or querysets, so that the agenda can change inside without the
queue noticing. Empty until the agenda exists.
"""

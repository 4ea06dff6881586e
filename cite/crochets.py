"""Hooks by which the apps above `cite` join in what it starts: `cite` knows no one."""

from django.dispatch import Signal

lieu_amorce = Signal()  # a new place is being seeded, in one transaction
demo_amorcee = Signal()  # a demonstration has its accounts and devices, in one transaction

"""The shared floor: who works here, what the place is made of, when it is open.

Charter, principle 4 ("anonymat réciproque"): no model here can hold the name of a visitor, and an agent is an account
with an identifier chosen by the coordination. Every text column is listed in `cite.registre` with the reason why it
cannot identify anyone.
"""

from cite.models.appareil import Appareil
from cite.models.comptes import Agent, Institution
from cite.models.lieu import Pole, Public, Question, Salle, Theme, Traduisible
from cite.models.ouverture import Fermeture, Horaire, Permanence
from cite.models.reglages import Reglages

__all__ = [
    "Agent", "Appareil", "Fermeture", "Horaire", "Institution", "Permanence", "Pole", "Public", "Question", "Reglages",
    "Salle", "Theme", "Traduisible",
]  # fmt: skip

"""The privacy register of the floor: every text column, and why it cannot identify anyone (principle 4).

Each app keeps its own ``COLONNES`` (model.column → reason). A text column that is in no register fails the tests
(`tests/maison/test_registre.py`): adding one means writing here what it may hold.
"""

LISTE_FERMEE = "valeur d’une liste fermée du code"
PAR_LA_COORDINATION = "mots du lieu, écrits par la coordination, sans rapport avec un visiteur"
EMPREINTE = "empreinte SHA-256 d’un jeton tiré au hasard"

COLONNES = {
    "cite.Institution.nom": "nom d’une institution partenaire, interne, jamais joint à un entretien",
    "cite.Agent.identifiant": "un rôle et un numéro choisis par la coordination, en minuscules, sans nom ni adresse",
    "cite.Agent.password": "empreinte d’un mot de passe",
    "cite.Pole.code": PAR_LA_COORDINATION,
    "cite.Pole.lettre": "une lettre majuscule",
    "cite.Pole.nom": PAR_LA_COORDINATION,
    "cite.Pole.nom_court": PAR_LA_COORDINATION,
    "cite.Pole.picto": LISTE_FERMEE,
    "cite.Pole.teinte": LISTE_FERMEE,
    "cite.Pole.traductions": PAR_LA_COORDINATION,
    "cite.Question.slug": PAR_LA_COORDINATION,
    "cite.Question.phrase": PAR_LA_COORDINATION,
    "cite.Question.precision": PAR_LA_COORDINATION,
    "cite.Question.traductions": PAR_LA_COORDINATION,
    "cite.Theme.nom": PAR_LA_COORDINATION,
    "cite.Public.nom": PAR_LA_COORDINATION,
    "cite.Salle.nom": PAR_LA_COORDINATION,
    "cite.Fermeture.motif": PAR_LA_COORDINATION,
    "cite.Fermeture.traductions": PAR_LA_COORDINATION,
    "cite.Appareil.nom": "nom d’une machine du lieu",
    "cite.Appareil.genre": LISTE_FERMEE,
    "cite.Appareil.code_empreinte": EMPREINTE,
    "cite.Appareil.jeton_empreinte": EMPREINTE,
    "cite.Reglages.nom_cite": PAR_LA_COORDINATION,
    "cite.Reglages.langues": "codes de langue d’une liste fermée",
    # Django's own tables
    "admin.LogEntry.object_id": "clé d’un réglage du lieu : la file n’est pas dans l’administration",
    "admin.LogEntry.object_repr": "nom d’un réglage du lieu",
    "admin.LogEntry.change_message": "champs changés d’un réglage du lieu",
    "auth.Permission.name": LISTE_FERMEE,
    "auth.Permission.codename": LISTE_FERMEE,
    "auth.Group.name": "nom d’un rôle",
    "contenttypes.ContentType.app_label": LISTE_FERMEE,
    "contenttypes.ContentType.model": LISTE_FERMEE,
    "sessions.Session.session_key": "tirée au hasard",
    "sessions.Session.session_data": "quel compte est ouvert ; ni guichet, ni visiteur ; aucune session de visiteur",
}

"""The privacy register of the queue (see `cite.registre`)."""

from cite.registre import EMPREINTE, LISTE_FERMEE, PAR_LA_COORDINATION

COLONNES = {
    "accueil.Guichet.nom": PAR_LA_COORDINATION,
    "accueil.Guichet.direction": PAR_LA_COORDINATION,
    "accueil.FileAttente.porte": LISTE_FERMEE,
    "accueil.GuichetOuvert.jeton_empreinte": EMPREINTE,
    "accueil.Ticket.langue": "code de langue choisi à la borne, effacé avec le ticket le soir même",
    "accueil.Ticket.etat": LISTE_FERMEE,
    "accueil.Ticket.jeton_empreinte": EMPREINTE,
    "accueil.Transition.action": LISTE_FERMEE,
    "accueil.Transition.de": LISTE_FERMEE,
    "accueil.Transition.vers": LISTE_FERMEE,
    "accueil.Transition.cle": "jour, visiteur ou non, et bits tirés au hasard, effacés le soir même",
    "accueil.Transition.avant": "état, pôle, guichet, priorité et pause d’avant le geste, effacés le soir même",
    "accueil.MessageAnnonce.texte": PAR_LA_COORDINATION,
    "accueil.MessageAnnonce.traductions": PAR_LA_COORDINATION,
    "accueil.Comptage.mesure": LISTE_FERMEE,
    "accueil.ComptageDimension.dimension": LISTE_FERMEE,
    "accueil.ComptageDimension.valeur": "clé d’un thème, d’une question, d’une langue, d’un passage entre pôles",
    "accueil.Histogramme.mesure": LISTE_FERMEE,
    "accueil.TableauFige.cle": "période, mesure et seuil d’un tableau publié",
    "accueil.TableauFige.contenu": "nombres publiés, seuils déjà appliqués ; compteurs d’un jour tels que lus",
}

"""The names by which a query asks for one field, in French and in English."""

FIELD_NAMES = {
    "titre": "title",
    "title": "title",
    "texte": "body",
    "text": "body",
    "body": "body",
    "source": "source",
    "auteur": "author",
    "author": "author",
    "rubrique": "section",
    "section": "section",
    "date": "date",
}

NAMED = {
    "source": "Aucune source ne s’appelle «\u00a0{}\u00a0».",
    "author": "Aucun auteur ne s’appelle «\u00a0{}\u00a0».",
    "section": "Aucune rubrique ne s’appelle «\u00a0{}\u00a0».",
}
"""The fields that are asked by a name, with what is said where no article has it."""

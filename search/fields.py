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
    "source": "Aucune source ne s’appelle « {} ».",
    "author": "Aucun auteur ne s’appelle « {} ».",
    "section": "Aucune rubrique ne s’appelle « {} ».",
}
"""The fields that are asked by a name, with what is said where no article has it."""

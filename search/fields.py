"""The names by which a query asks for one field, in French and in English."""

FIELD_NAMES = {
    "titre": "title",
    "title": "title",
    "texte": "body",
    "text": "body",
    "body": "body",
    "source": "source",
    "date": "date",
}

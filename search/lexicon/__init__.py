"""The words of an index: its forms, their terms, how often they occur.

Gives: word lookup (vocabulary), forms with counts (known_forms), wildcard and fuzzy expansion (expansion), synonyms,
function words and compounds. Reads the arrays of segments; knows no query syntax.
"""

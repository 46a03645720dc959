"""What to mark in a text, and which passages of it to show.

Gives: the wanted words of a query (marks), passage cutting on bytes (passages, sentences), marking by scanning
(marker), and the `Snippet` that a hit shows (snippet). Escaping is the web's affair.
"""

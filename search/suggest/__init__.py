"""Offers while someone types or reads: completions, titles, similar articles.

Gives: `suggestions` (completions) and `similar`. Needs nothing on disk that a search does not.
"""

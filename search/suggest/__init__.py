"""Offers while someone types or reads: completions, titles, similar articles.

Gives: `suggestions` (completions), `similar`, one title per text (titles), and the sample of articles in which
completions are counted (context). Needs nothing on disk that a search does not.
"""

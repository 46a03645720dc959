"""Finds who published an article, and gives each source one name.

Gives: `choose_source` from metadata, title, credit or folder (source), the table of known names (source_table, with
sources.toml), and what a path says when the article does not (from_path). No source beats a wrong one.
"""

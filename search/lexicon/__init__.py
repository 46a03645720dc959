"""The words of an index: its forms, their terms, how often they occur.

Gives: the terms and forms of words, wildcards and fuzzy words (term_dictionary, expansion), the values of columns by
name (column_names), synonyms, function words and words of letters and digits (word_kinds). Reads the arrays of
segments; knows no query syntax.
"""

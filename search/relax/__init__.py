"""What happens when a query finds nothing, or hardly anything.

Gives: corrected words (spelling, correcting), the query with fewer words (most_words), and the notes that say which
words or days no article has (missing, date_coverage).
"""

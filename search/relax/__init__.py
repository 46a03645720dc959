"""What to try where a query finds nothing, or hardly anything.

Gives: the ordered attempts, each with its note and when it is good (attempts), made of corrected words (spelling) and
of fewer words (relaxation); and the note on days of which there is no article (date_coverage). Runs no query.
"""

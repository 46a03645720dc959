"""Both ways between URLs and searches.

Gives: request parameters (params), links (links) and cursors into long results (cursors). Asks the engine nothing.
"""

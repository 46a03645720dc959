"""Both ways between URLs and searches.

Gives: request parameters (params), links (links), cursors into long results (cursors) and path converters. Builds
URLs, asks nothing.
"""

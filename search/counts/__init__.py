"""Numbers about results: facets, trends, and what the corpus holds.

Gives: facet buckets (facets), articles by period (trends), and articles by source and year (corpus). All exact.
"""

"""The leaves of a query tree. Each answers for itself: its terms, marks, matches, and the query of a cluster.

Gives: the protocol (leaf), the same answers for Whoosh's nodes (nodes), documents listed as arrays (doc_set_query),
exact forms (exact_forms, exact_phrase, surfaces), a bonus for the form as typed (exact_form_boost), filters on columns
(filters).
"""

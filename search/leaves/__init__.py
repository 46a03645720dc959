"""The leaves of a query tree that Whoosh does not have.

Gives: documents listed as arrays (doc_set_query), exact forms (forms, exact_phrase, surfaces), a bonus for the form as
typed (exact_form_boost), and filters on columns (filters, column_value_filter).
"""

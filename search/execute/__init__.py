"""Runs a query tree over a snapshot: every match once, scored and counted, the best kept in order.

`snapshot` holds a commit open, `plan` turns a tree into posting lists, `executor` and `kernels` do the one pass,
`search_result` is what comes out. `searchable` is the protocol that a cluster's state fulfils too.
"""

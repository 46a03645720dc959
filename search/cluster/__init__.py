"""The parts of the engine over a cluster: trees become its queries, its answers become results.

Pure where possible: `compile` and `requests` write JSON, `answers` reads it, `failing` translates errors. `state` is
the `Searchable` of a cluster; articles and marks are made on our side.
"""

"""The engines: each answers the whole contract of search.engine."""

"""A thin face over search: pages and JSON API. Imports search."""

"""Kiosque beside its peers: the same articles, the same page, one run. `python -m benchmarks.speed --help`."""

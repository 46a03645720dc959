"""A thin face over search: pages and JSON API. Imports search."""

if __name__ == "web":  # a checkout's bare name for kiosque.web
    from kiosque.corpus.checkout import alias

    alias(__name__)

"""Search over words: what entries hold (`sql/`), what a query finds (`finding`), and how it is shown (`views`)."""

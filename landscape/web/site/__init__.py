"""The static site: the front page alive without a server, and recordings of the other pages, as plain files."""

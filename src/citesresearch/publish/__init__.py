"""From executed notebooks to pages, from pages to a site."""

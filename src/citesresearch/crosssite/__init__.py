"""Cité by Cité, governance against outcomes: what is declared in advance, what is found, how sure one may be."""

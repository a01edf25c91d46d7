"""Figures: each kind once, in a file of its own, from plain rows to a `Chart`."""

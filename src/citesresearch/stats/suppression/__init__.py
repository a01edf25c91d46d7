"""Cells withheld in linked tables: the programme that bounds them, the choice, the audit of what a reader finds."""

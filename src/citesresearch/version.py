"""The version of the program, which pages and ledgers carry."""

__version__ = "0.1.0"

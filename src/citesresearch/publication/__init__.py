"""What may be published of a campagne, and nothing else: the gate that makes it, the object that everyone reads."""

from __future__ import annotations

from .publication import CitePublication, Publication, once, read_tables

__all__ = ["CitePublication", "Publication", "once", "read_tables"]

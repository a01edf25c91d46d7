"""Cité by Cité, governance against outcomes: what is declared in advance, what is found, how sure one may be.

The names below are loaded when they are first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

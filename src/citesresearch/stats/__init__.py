"""Statistics for a few dozen sites: arrays in, small frozen results out.

This package has never heard of a Cité. It refuses missing values (the caller counts and removes them),
raises `NotComputable` where the data cannot answer, seeds whatever is random and returns its Monte Carlo
standard error. The names are loaded on first use, so that importing the package costs nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

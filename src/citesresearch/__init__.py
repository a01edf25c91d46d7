"""Evaluation research on the French Cités de l'emploi: from raw files to published monographs.

The names of the stub beside are loaded when they are first used, so that `import citesresearch` stays instant.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

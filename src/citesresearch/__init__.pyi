from . import figures, sections
from .batch.run import run_batch
from .crosssite.association import associate
from .crosssite.outcomes import OUTCOMES
from .indicators import INDICATORS
from .preparation import load_dataset, load_publication
from .publish.site import publish_site
from .version import __version__

__all__ = [
    "INDICATORS",
    "OUTCOMES",
    "__version__",
    "associate",
    "figures",
    "load_dataset",
    "load_publication",
    "publish_site",
    "run_batch",
    "sections",
]

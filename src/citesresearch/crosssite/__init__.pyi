from .association import associate
from .cases import Cases, cases_of
from .family import EXPLORED, FAMILY, HYPOTHESES
from .find import find_all
from .finding import Finding
from .outcomes import OUTCOMES
from .predictors import PREDICTORS

__all__ = [
    "EXPLORED",
    "FAMILY",
    "HYPOTHESES",
    "OUTCOMES",
    "PREDICTORS",
    "Cases",
    "Finding",
    "associate",
    "cases_of",
    "find_all",
]

"""Statistics for a few dozen sites: arrays in, small frozen results out.

This package has never heard of a Cité. It refuses missing values (the caller counts and removes them),
raises `NotComputable` where the data cannot answer, seeds whatever is random and returns its Monte Carlo
standard error. The names are loaded on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .agreement import cohen_kappa
    from .contingency import cramers_v, exact_contingency
    from .diversity import blau, jaccard, shannon
    from .errors import NotComputable
    from .groups import cliffs_delta, dunn, epsilon_squared, kruskal
    from .intervals import census_interval, fpc_mean, proportion_interval
    from .likert import likert_summary
    from .linear import linear_model
    from .multiplicity import adjust_pvalues
    from .ordered_models import brant, proportional_odds
    from .ordinal import goodman_kruskal_gamma, kendall_tau_b, somers_d
    from .permutation import permutation_test
    from .power import minimum_detectable_effect, statistical_power
    from .trend import cochran_armitage, jonckheere

__all__ = [
    "NotComputable",
    "adjust_pvalues",
    "blau",
    "brant",
    "census_interval",
    "cliffs_delta",
    "cochran_armitage",
    "cohen_kappa",
    "cramers_v",
    "dunn",
    "epsilon_squared",
    "exact_contingency",
    "fpc_mean",
    "goodman_kruskal_gamma",
    "jaccard",
    "jonckheere",
    "kendall_tau_b",
    "kruskal",
    "likert_summary",
    "linear_model",
    "minimum_detectable_effect",
    "permutation_test",
    "proportion_interval",
    "proportional_odds",
    "shannon",
    "somers_d",
    "statistical_power",
]

_PLACES = {
    "NotComputable": "errors",
    "adjust_pvalues": "multiplicity",
    "blau": "diversity",
    "brant": "ordered_models",
    "census_interval": "intervals",
    "cliffs_delta": "groups",
    "cochran_armitage": "trend",
    "cohen_kappa": "agreement",
    "cramers_v": "contingency",
    "dunn": "groups",
    "epsilon_squared": "groups",
    "exact_contingency": "contingency",
    "fpc_mean": "intervals",
    "goodman_kruskal_gamma": "ordinal",
    "jaccard": "diversity",
    "jonckheere": "trend",
    "kendall_tau_b": "ordinal",
    "kruskal": "groups",
    "likert_summary": "likert",
    "linear_model": "linear",
    "minimum_detectable_effect": "power",
    "permutation_test": "permutation",
    "proportion_interval": "intervals",
    "proportional_odds": "ordered_models",
    "shannon": "diversity",
    "somers_d": "ordinal",
    "statistical_power": "power",
}


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(f".{_PLACES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

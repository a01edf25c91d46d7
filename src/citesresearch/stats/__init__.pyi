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

"""Which combinations of governance go with a good level of cooperation: declared sets, solutions, robustness.

`known_truth` is a module of its own, run by hand: `python -m citesresearch.crosssite.configurations.known_truth`.
"""

from __future__ import annotations

from .analysis import Configurations, Cuts, ModelFound, Side, analyse, case_table, truth_frame, words_of
from .declared import CONDITIONS, DEFAULT_CONDITIONS, DEFAULT_OUTCOME, OUTCOMES, Anchors, Condition, GoodLevel
from .robustness import robustness, survival
from .sets import CaseSets, Measures, calibrated, case_sets, measures_of

__all__ = [
    "CONDITIONS",
    "DEFAULT_CONDITIONS",
    "DEFAULT_OUTCOME",
    "OUTCOMES",
    "Anchors",
    "CaseSets",
    "Condition",
    "Configurations",
    "Cuts",
    "GoodLevel",
    "Measures",
    "ModelFound",
    "Side",
    "analyse",
    "calibrated",
    "case_sets",
    "case_table",
    "measures_of",
    "robustness",
    "survival",
    "truth_frame",
    "words_of",
]

"""Which combinations of governance go with a good level of cooperation: declared sets, solutions, robustness.

`known_truth` is a module of its own, run by hand: `python -m citesresearch.crosssite.configurations.known_truth`.
"""

from __future__ import annotations

from .analysis import Configurations, Cuts, ModelFound, Side, analyse, case_table, truth_frame, words_of
from .declared import CONDITIONS, DEFAULT_CONDITIONS, DEFAULT_OUTCOME, OUTCOMES, Anchors, Condition, GoodLevel
from .published import publish_configurations, tables_of
from .reading import Analysis, read_configurations
from .robustness import robustness, survival
from .sets import CaseSets, Measures, calibrated, case_sets, measures_from, measures_of, measures_table

__all__ = [
    "CONDITIONS",
    "DEFAULT_CONDITIONS",
    "DEFAULT_OUTCOME",
    "OUTCOMES",
    "Analysis",
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
    "measures_from",
    "measures_of",
    "measures_table",
    "publish_configurations",
    "read_configurations",
    "robustness",
    "survival",
    "tables_of",
    "truth_frame",
    "words_of",
]

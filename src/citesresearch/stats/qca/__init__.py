"""Qualitative comparative analysis: calibration, necessity, truth table, minimisation, fit.

Crisp and fuzzy sets, as in R's QCA package, to which the tests hold it; numbers in [0, 1] come in, small frozen
results come out, and every tied model is returned. Needs numpy only.
"""

from .calibration import calibrate_crisp, calibrate_direct
from .chance import coverage_by_chance
from .enhanced import enhanced_minimise
from .expression import membership, parse, same_expression, write
from .fit import fit_model
from .minimisation import minimise
from .necessity import necessary_disjunctions, necessity
from .truth_table import TruthTable, truth_table

__all__ = [
    "TruthTable",
    "calibrate_crisp",
    "calibrate_direct",
    "coverage_by_chance",
    "enhanced_minimise",
    "fit_model",
    "membership",
    "minimise",
    "necessary_disjunctions",
    "necessity",
    "parse",
    "same_expression",
    "truth_table",
    "write",
]

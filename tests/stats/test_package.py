"""The package as a whole: its names, its lightness, its documentation."""

from __future__ import annotations

import dataclasses
import inspect
import re
import subprocess
import sys
from importlib import import_module

import pytest

from citesresearch import stats

FUNCTIONS = sorted(name for name in stats.__all__ if name != "NotComputable")
PROMISED = re.findall(
    r"\w+",
    """proportion_interval census_interval fpc_mean likert_summary kruskal dunn epsilon_squared cliffs_delta
    jonckheere kendall_tau_b goodman_kruskal_gamma somers_d cochran_armitage exact_contingency cramers_v
    permutation_test proportional_odds brant adjust_pvalues minimum_detectable_effect cohen_kappa shannon blau
    jaccard""",
)


def test_every_promised_name_is_there():
    assert set(PROMISED) <= set(stats.__all__)
    for name in stats.__all__:
        assert callable(getattr(stats, name))
    with pytest.raises(AttributeError, match="pingouin"):
        getattr(stats, "pingouin")  # noqa: B009  what a stub does not know


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_says_what_it_is(name):
    """Base, reading at its extremes, errors and a reference one can find."""
    text = inspect.getdoc(getattr(stats, name)) or ""
    for part in ("Base", "Reading:"):
        assert part in text, f"{name}: no « {part} »"
    assert re.search(r"Raises|[Ee]rrors as|and errors", text), f"{name}: no errors"
    assert re.search(r"doi:10\.\d{4,}/\S+|ISBN 97", text), f"{name}: no reference"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_evaluators_page_describes_each_function(repository, name):
    page = (repository / "docs" / "methodes" / "statistiques.md").read_text("utf-8")
    assert f"`{name}`" in page


def test_results_are_frozen():
    for module in {getattr(stats, name).__module__.rpartition(".")[2] for name in stats.__all__}:
        for _, kind in inspect.getmembers(import_module(f"citesresearch.stats.{module}"), inspect.isclass):
            if dataclasses.is_dataclass(kind):
                assert vars(kind)["__dataclass_params__"].frozen, kind


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, citesresearch.stats\nprint(sorted({'numpy', 'scipy', 'pandas', 'statsmodels'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_intervals_do_not_load_statistics_libraries():
    """They serve every page: scipy.stats and statsmodels would cost seconds there."""
    code = (
        "import sys\nfrom citesresearch.stats import census_interval, proportion_interval, likert_summary\n"
        "proportion_interval(65, 81), census_interval(65, 81, 84)\n"
        "print(sorted({'scipy.stats', 'statsmodels', 'pandas'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"

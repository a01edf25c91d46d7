"""Cases as rough as campagnes can be: few Cités, holes, columns that never change. Nothing raises, nothing is NaN."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.crosssite.campagnes_simulees import whole_cases

from citesresearch.crosssite import EXPLORED, Cases, find_all
from citesresearch.crosssite.family import MAIN
from citesresearch.crosssite.positions import positions
from citesresearch.crosssite.records import curves_of, curves_table, findings_of, findings_table
from citesresearch.crosssite.specifications import specification_curve

SIZES = (1, 5, 6, 7, 8, 10, 12, 15, 20, 30, 45, 84)


def roughened(seed: int) -> Cases:
    rng = np.random.default_rng(seed)
    cases = whole_cases()
    ids = cases.outcomes.index[rng.permutation(84)[: int(rng.choice(SIZES))]]

    def rough(frame: pd.DataFrame) -> pd.DataFrame:
        holes = rng.random((len(ids), frame.shape[1])) < rng.choice([0, 0.1, 0.4])
        cut = frame.loc[ids].mask(holes)
        for name in cut:
            if rng.random() < 0.1:
                cut[name] = cut[name].where(cut[name].isna(), cut[name].max())
        return cut

    return replace(
        cases, governance=rough(cases.governance), outcomes=rough(cases.outcomes), controls=rough(cases.controls)
    )


def check(seed: int) -> None:
    cases = roughened(seed)
    findings = find_all(cases, explored=EXPLORED[seed % 9 :: 9])
    assert findings_of(findings_table(findings)) == findings
    for finding in findings:
        assert not re.search(r"\bnan\b|\binf\b|None", finding.phrase), finding.phrase
        assert finding.n + finding.manquants == cases.size
    for pair in MAIN:
        curve = specification_curve(cases, pair, shuffles=19)
        assert curves_of(curves_table([curve])) == (curve,)
    assert len(positions(cases)) == cases.size


@pytest.mark.parametrize("seed", range(3))
def test_rough_cases(seed):
    check(seed)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(3, 150))
def test_many_rough_cases(seed):
    check(seed)

"""How many workers a run has, and how patient all tests are: none of them measures time."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from engine.quiz.formulas import maths

# a busy machine is slow, not wrong
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")
maths.SECONDS = 120.0


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return half as many workers again as there are cores, since tests in a browser wait now and then.

    Whoever names single files or tests waits for no workers to start: they run in this process.
    """
    if config.args and all(Path(one.partition("::")[0]).is_file() for one in config.args):
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores * 3 // 2

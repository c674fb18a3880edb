"""Benchmarks compare methods, not machines: one BLAS thread for all of them."""

import pytest
from threadpoolctl import threadpool_limits

from rramgan.tables import read_json, write_json


@pytest.fixture(autouse=True)
def one_thread():
    with threadpool_limits(limits=1):
        yield


@pytest.fixture
def note(pytestconfig):
    """Keeps a ratio by its name in ratios.json, beside the table of times if one is asked for."""
    table = pytestconfig.getoption("benchmark_json")

    def keep(name, ratio):
        if table is not None:
            path = table.with_name("ratios.json")
            write_json(path, (read_json(path) if path.is_file() else {}) | {name: float(ratio)})

    return keep

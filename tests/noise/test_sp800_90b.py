"""Min-entropy against NIST's own program for SP 800-90B (sp800-90b-entropy-assessment 1.1.8, Debian trixie)."""

import re
import shutil
import subprocess

import numpy as np
import pytest

from rramgan.noise.entropy import ESTIMATES, min_entropy

BITS = 1_000_000
BY_NIST = {
    "fair": (0.995598, 0.902415, 0.999380, 0.834659, 0.921623, 0.994301),
    "biased": (0.736246, 0.722468, 0.737942, 0.529586, 0.731114, 0.940001),
    "seldom": (0.150588, 0.150209, 0.151834, 0.085913, 0.148609, 0.277222),
    "restless": (0.994957, 1.000000, 0.518051, 0.351049, 0.532316, 0.781868),
    "slow": (0.993956, 0.076543, 0.157616, 0.104861, 0.161361, 0.280522),
    "periodic": (0.993414, 1.000000, 0.954911, 1.000000, 0.000000, 0.000000),
}
"""What `ea_non_iid -i -v` prints for the bits of `sequences`, in the order of ESTIMATES."""

PRINTED = ("Most Common Value", "Collision Test", "Markov Test", "Compression Test", "T-Tuple Test", "LRS Test")


@pytest.fixture(scope="module")
def sequences():
    """Fair, biased, Markovian and periodic bits by PCG64."""
    rng = np.random.Generator(np.random.PCG64(22))
    return {
        "fair": rng.integers(0, 2, BITS),
        "biased": rng.random(BITS) < 0.6,
        "seldom": rng.random(BITS) < 0.9,
        "restless": np.cumsum(rng.random(BITS) < 0.7) % 2,
        "slow": np.cumsum(rng.random(BITS) < 0.1) % 2,
        "periodic": np.tile(rng.integers(0, 2, 1000), BITS // 1000),
    }


@pytest.mark.parametrize("name", BY_NIST)
def test_estimates_are_those_that_nist_prints(sequences, name):
    estimates = min_entropy(sequences[name])
    assert [estimates[estimate] for estimate in ESTIMATES[:-1]] == pytest.approx(BY_NIST[name], abs=1.1e-6)


@pytest.mark.skipif(not shutil.which("ea_non_iid"), reason="NIST's ea_non_iid is not installed")
@pytest.mark.parametrize("name", BY_NIST)
def test_nist_still_prints_them(sequences, name, tmp_path):
    sequences[name].astype(np.uint8).tofile(tmp_path / "bits")
    command = ["ea_non_iid", "-i", "-v", str(tmp_path / "bits"), "1"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    told = dict(re.findall(r"^\s*(.+) Estimate = ([\d.]+)", printed, re.MULTILINE))
    assert [float(told[estimate]) for estimate in PRINTED] == pytest.approx(BY_NIST[name], abs=1e-9)

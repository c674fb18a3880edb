# From raw device data to the accuracy-energy figures. Run `snakemake --cores N`, or one of the targets below.
from snakemake.utils import min_version

min_version("9.0")


configfile: workflow.current_basedir.join("config/config.yaml").get_path_or_uri(secret_free=False)


include: "workflow/rules/common.smk"
include: "workflow/rules/jobs.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/calibration.smk"
include: "workflow/rules/crossbar.smk"
include: "workflow/rules/noise.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/search.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/targets.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        in_study(TABLES),
        in_study(FIGURES),


report: "workflow/report/workflow.rst"


onsuccess:
    print(*in_short(Path("results") / RUN, REPORT_COMMAND), sep="\n", file=sys.stderr)

"""The tables for people, also as LaTeX."""

from rramgan.jobs import job
from rramgan.main_results import claim_results, latex, main_results
from rramgan.study import read_made_table
from rramgan.tables import read_table, whole_file, write_table

with job(snakemake):
    files, out = snakemake.input, snakemake.output
    results = main_results(read_made_table(files.by_condition))
    write_table(out.results, results)
    claims = claim_results(read_table(files.claims))
    captions = {
        out.results_tex: (results, "Mean and 95 \\% interval over seeds of every condition", "tab:results"),
        out.claims_tex: (claims, "The claims as hypotheses, paired by seed, with 95 \\% intervals", "tab:claims"),
    }
    for path, shown in captions.items():
        with whole_file(path) as temporary:
            temporary.write_text(latex(*shown), encoding="utf-8")

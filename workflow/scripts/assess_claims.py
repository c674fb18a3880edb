"""Hold the claims against the trainings of a study."""

from rramgan.config import check, load_yaml
from rramgan.evaluation.claims import assess_claims, with_whole_bill
from rramgan.figures.inputs import read_by_condition
from rramgan.jobs import job
from rramgan.tables import read_table, write_table

with job(snakemake):
    files = snakemake.input
    claims = load_yaml(files.claims)
    check(claims, load_yaml(files.schema), files.claims)
    histories = read_by_condition(files.histories).astype({"seed": int})
    summary = with_whole_bill(read_table(files.summary), read_table(files.bill))
    write_table(snakemake.output.claims, assess_claims(claims, summary, histories))

# The README's commands; each is one line of ordinary tools inside .venv.
PYTHON ?= python3
BIN := .venv/bin
# The study of `make reproduce` and `make report`, e.g. make reproduce CONFIG=config/arrays.yaml
CONFIG ?= config/config.yaml

# Snakemake keeps copies of sources in a cache; one of its own here where the home folder cannot be written.
export XDG_CACHE_HOME := $(shell d="$${XDG_CACHE_HOME:-$$HOME/.cache}"; \
  mkdir -p "$$d" 2>/dev/null && test -w "$$d" && echo "$$d" || echo "$$PWD/.snakemake/cache")

# Bars of progress on a terminal, a line per finished step elsewhere; not the reasons of every job.
PROGRESS := $(shell test -t 2 && echo --logger rich || echo --quiet rules reason host)

.PHONY: setup ready reproduce compare quick report test test-cluster test-faults docs test-docs lint format bench bench-study bench-sweep validate reference headline lock container clean

reproduce: ready
	@$(BIN)/python -m rramgan.config $(CONFIG)
	$(BIN)/snakemake --cores all --configfile $(CONFIG) $(PROGRESS)

# Holds a run of CONFIG against the reference results in docs/reference; fails if anything differs that should not.
compare: setup
	@run=$$(sed -n 's/^run: *//p' $(CONFIG)); kept=docs/reference; test $$run = default || kept=$$kept/$$run; \
	  $(BIN)/python -m rramgan.comparison results/$$run $$kept

quick: ready
	$(BIN)/snakemake --cores all --configfile config/quick.yaml $(PROGRESS)

# After a killed run: the lock it has left goes if nothing else runs here.
ready: setup
	@$(BIN)/python -m rramgan.unlock

# One page per study, results/<run>/report.html.
report: ready
	@$(BIN)/python -m rramgan.config $(CONFIG)
	$(BIN)/snakemake all page --cores all --configfile $(CONFIG) $(PROGRESS)

# What a study survives: kill -9, full disks, read-only folders, odd places; how bad input is refused; and folders of
# measurements as laboratories have them, through to their law or their sentence. Minutes.
test-faults: setup
	RRAMGAN_COUNTS=results/faults/counts.csv $(BIN)/pytest -s tests/bad_inputs tests/faults

test: setup
	$(BIN)/pytest -n auto --dist worksteal

lint: setup
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/mypy && $(BIN)/lint-imports && $(BIN)/snakemake --lint

format: setup
	$(BIN)/ruff check --fix . && $(BIN)/ruff format . && $(BIN)/snakefmt Snakefile workflow

# Ratios within one run, one thread; the tables, with the machine named, are kept in results/benchmarks.
bench: setup
	mkdir -p results/benchmarks && OPENBLAS_NUM_THREADS=1 $(BIN)/pytest bench -s --benchmark-json results/benchmarks/bench.json
	OPENBLAS_NUM_THREADS=1 env PYTHONPATH=tests $(BIN)/python bench/training_step.py results/benchmarks

# Wall time of the default study; wants a machine that does nothing else.
bench-study: setup
	env PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python bench/study_time.py results/benchmarks

# What planning and gathering a sweep of 10,000 trainings takes.
bench-sweep: setup
	$(BIN)/python bench/sweep.py results/benchmarks

# The calibration on campaigns of a known device: published size, the same with outliers, coverage of the intervals.
validate: setup
	OPENBLAS_NUM_THREADS=1 env PYTHONPATH=tests $(BIN)/python bench/calibration_full_size.py
	OPENBLAS_NUM_THREADS=1 env PYTHONPATH=tests $(BIN)/python bench/calibration_full_size.py 6000 7
	OPENBLAS_NUM_THREADS=1 env PYTHONPATH=tests $(BIN)/python bench/calibration_coverage.py
	OPENBLAS_NUM_THREADS=1 $(BIN)/python bench/calibration_campaigns.py
	OPENBLAS_NUM_THREADS=1 $(BIN)/python bench/calibration_time.py

# The study `quick` on a SLURM of one node, installed by apt if need be: equal files, and nothing lost when things are killed.
test-cluster: setup
	OPENBLAS_NUM_THREADS=1 env PYTHONPATH=tests $(BIN)/python tests/cluster/trial.py

setup: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# The documentation site, warnings as errors; it needs no network to be built or read.
docs: setup
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet -c docs . docs/_build/html
	@echo "Read it: docs/_build/html/index.html"

# Every page of it in a headless Chromium (skipped where playwright is not installed), and every command of README and
# docs in a fresh clone. Many minutes.
test-docs: docs
	$(BIN)/pytest -s tests/site

# Renews config/README.md from the schemas.
reference: setup
	$(BIN)/python -m rramgan.config_reference > config/README.md

# Renews the numbers that README and docs quote, and docs/reference, from results/default and results/mnist.
headline: setup
	$(BIN)/python -m rramgan.headline
	$(BIN)/python docs/what_breaks_first.py

# Renews the pinned versions in requirements.lock and environment.yml (needs uv).
# Without the extra sp800-22, which needs a compiler.
EXTRAS := --extra workflow --extra docs --extra development
COMPILE := uv pip compile --universal --fork-strategy fewest --python-version 3.11 $(EXTRAS) --no-header --quiet
lock:
	$(COMPILE) --generate-hashes --output-file requirements.lock pyproject.toml
	printf '%s\n' '# Made from requirements.lock by `make lock`: the same versions for conda users.' \
	  'name: rramgan' 'channels: [conda-forge]' 'dependencies:' '  - python=3.11' '  - pip' '  - pip:' > environment.yml
	$(COMPILE) --no-annotate --constraint requirements.lock pyproject.toml | sed 's/.*/      - "&"/' >> environment.yml

# An image with the locked versions, and the quick study in it, where Docker or Apptainer is installed.
container:
	container/build

clean:
	rm -rf results/*/ docs/_build docs/_api .snakemake logs benchmarks .pytest_cache .ruff_cache .mypy_cache .import_linter_cache

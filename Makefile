# Two commands do everything from a fresh checkout: `make run` and `make test`. Needs python3 (3.11 or newer, with venv and pip) and make.
DRAWS ?= 200
JOBS ?= 2
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help env run test expected words docs pictures notebooks check-notebooks lab bench lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-15s %s\n", $$1, $$2}' Makefile

env:  ## make .venv from requirements/lock.txt (instant when it is there already)
	@sh requirements/environment.sh

run: env  ## the full Guangzhou task under every bundled scenario, into runs/ (DRAWS=200)
	$(BIN)/simlib run --all --draws $(DRAWS) --out runs

test: env  ## lint, types, tests, and every notebook against its stored outputs
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest -n $(JOBS) --dist loadscope
	@$(MAKE) --no-print-directory check-notebooks

expected: env  ## renew scenarios/expected, the few rows that each bundled scenario comes to, and say what changed
	$(BIN)/python -m simlib.expected --renew

words: env  ## renew the catalogue of Chinese texts from what simlib says, and list what has no Chinese yet
	@$(BIN)/python -m simlib.words

docs: env  ## build the guide, Chinese and English, into build/docs (open index.html); renews the data dictionary first
	$(BIN)/python -m simlib.registry.dictionary docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict -f docs/site/mkdocs.yml

pictures: env  ## take the screenshots of guide and README anew (Chromium, LibreOffice; look at what changed)
	$(BIN)/python -m docs.site.pictures

notebooks: env  ## run the notebooks and renew their stored outputs and the README's pictures (look at what changed)
	$(BIN)/python notebooks/refresh.py

check-notebooks: env  ## run the notebooks and hold every output against the stored one; changes nothing
	$(BIN)/python -m pytest --nbval notebooks/ --nbval-sanitize-with tests/nbval_sanitize.cfg --nbval-current-env --nbval-cell-timeout=300

lab: env  ## JupyterLab on the notebooks
	$(BIN)/simlib lab

bench: env  ## how fast it is here, how long the page is waited for, how much memory it takes, a country on two workers, and what kills do (over an hour; see benchmarks/README.md)
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.national
	$(BIN)/python -m benchmarks.killing
	$(BIN)/python -m benchmarks.losing
	$(BIN)/python -m benchmarks.page

lock: $(BIN)/uv  ## renew requirements/lock.txt and environment.yml from pyproject.toml (UPGRADE=--upgrade: newest versions)
	@sh requirements/lock.sh $(UPGRADE)

$(BIN)/uv:
	@sh requirements/environment.sh

clean:  ## remove .venv and caches; runs/ and work/ stay
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

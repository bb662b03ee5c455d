#!/bin/sh
# Renews requirements/lock.txt and environment.yml from pyproject.toml; add uv's flags for more, e.g. --upgrade-package numba.
# Whatever else this machine would mix in stays out: its configuration files, and the settings that name other sources or pins.
set -eu
cd "$(dirname "$0")/.."
unset UV_FIND_LINKS UV_INDEX UV_EXTRA_INDEX_URL UV_CONSTRAINT UV_OVERRIDE UV_BUILD_CONSTRAINT UV_NO_BINARY UV_NO_SOURCES UV_PRERELEASE UV_RESOLUTION
.venv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --all-extras --generate-hashes \
    --no-header --no-emit-index-url --no-emit-find-links --output-file requirements/lock.txt "$@" pyproject.toml
.venv/bin/python requirements/conda.py

#!/bin/sh
# Makes .venv: every package of requirements/lock.txt, checked against its hash, and simlib itself, editable.
# Does nothing when that is done already; a changed lock or a moved checkout makes it anew, a changed pyproject.toml installs simlib again.
#   PYTHON=...      the interpreter to make it of (default: the first that is 3.11 or newer)
#   INSTALLER=pip   leave uv out (default: uv, and pip where uv cannot be had)
set -eu
cd "$(dirname "$0")/.."
lock=requirements/lock.txt
python=.venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '%s\n' "$*" >&2; }

# What each half is made from. The copy that it leaves behind comes last, so that a half that was interrupted has none.
packages() { pwd -P; cat "$lock"; }
project() { cat pyproject.toml; }
is_done() { [ -f ".venv/$1.made-from" ] && "$1" | cmp -s - ".venv/$1.made-from"; }
mark_done() { "$1" > ".venv/$1.made-from"; }

# The base of an active environment, not its own python: that may be the very .venv that is about to go.
base='import ensurepip, sys, venv; print(sys._base_executable); sys.exit(sys.version_info < (3, 11))'
find_python() {
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3 python3.14 python3.13 python3.12 python3.11; fi
    for candidate in "$@"; do
        if interpreter=$("$candidate" -c "$base" 2>/dev/null); then return; fi
    done
    say "No Python to make .venv with: tried $*; wanted 3.11 or newer with venv and pip (Debian: apt install python3-venv)."
    return 1
}

# uv does not read pip's settings: hand it the package index that pip uses here.
pip_index() { printf '%s' "${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2>/dev/null || true)}"; }

install_with_uv() {
    awk '/^uv==/ {own = 1} own {print} own && !/\\$/ {exit}' "$lock" > .venv/uv.txt
    "$python" -m pip install --quiet --require-hashes -r .venv/uv.txt || return 1
    index=${UV_DEFAULT_INDEX:-$(pip_index)}
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; fi
    .venv/bin/uv pip install --quiet --compile-bytecode --python "$python" --require-hashes -r "$lock"
}

install_with_pip() { "$python" -m pip install --quiet --require-hashes -r "$lock"; }

make_packages() {
    find_python
    say "Making .venv from $lock (once; a minute or so) ..."
    rm -rf .venv
    "$interpreter" -m venv .venv
    if [ "${INSTALLER:-uv}" = pip ]; then install_with_pip
    elif ! install_with_uv; then
        say "uv cannot be had here: pip does it, more slowly ..."
        install_with_pip
    fi
    mark_done packages
}

make_project() {
    "$python" -m pip install --quiet --no-index --no-build-isolation --no-deps -e .
    mark_done project
}

if ! is_done packages || ! "$python" -c '' 2>/dev/null; then make_packages; fi
if ! is_done project; then make_project; fi

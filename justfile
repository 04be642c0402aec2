# The whole workflow on one screen; every recipe uses the virtual environment of the README's second command.

python := ".venv/bin/python"

# What must pass before a change is taken, but for the tests
check:
    {{python}} -m ruff format --check
    {{python}} -m ruff check
    {{python}} -m mypy
    .venv/bin/lint-imports

# The tests on all cores; arguments go to pytest
test *ARGS:
    {{python}} -m pytest -n auto {{ARGS}}

# Everything generated: the pages, the page of commands, the gallery
regen:
    {{python}} tests/commands.py --write
    .venv/bin/actviz gallery
    {{python}} tests/pages.py --write

# Ratios to named baselines, printed and not judged
bench:
    {{python}} tests/benchmarks/startup.py 5
    {{python}} tests/benchmarks/arrays.py
    {{python}} tests/benchmarks/gallery.py 1

# The documentation site, into site/
docs:
    {{python}} -m mkdocs build --strict

# The gate, as CI runs it
gate:
    CI=true bash .ci/run

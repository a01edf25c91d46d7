#!/bin/sh
# Rewrites requirements.lock from pyproject.toml: every platform, every extra, with hashes, and no
# address of any index in it. Usage: scripts/lock.sh [--upgrade | --upgrade-package NAME]
set -eu
cd "$(dirname "$0")/.."

if ! command -v uv >/dev/null 2>&1; then
    temporary=$(mktemp -d)
    trap 'rm -rf "$temporary"' EXIT
    echo "uv est absent du PATH : installation temporaire."
    .venv/bin/python -m venv "$temporary/venv"
    "$temporary/venv/bin/python" -m pip install --quiet uv
    PATH="$temporary/venv/bin:$PATH"
fi

# --no-build: a package that would have to be compiled at installation is refused here.
uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
    --generate-hashes --no-build --quiet \
    --no-emit-index-url --no-emit-find-links --no-emit-index-annotation \
    --custom-compile-command "make lock" \
    --output-file requirements.lock "$@"
echo "requirements.lock : $(grep -c '^[a-z0-9].*==' requirements.lock) paquets."

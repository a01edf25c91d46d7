#!/bin/sh
# Makes .venv from requirements.lock and installs the package into it. Does nothing when that is done.
# Needs the network the first time only. Honours PYTHON=/path/to/python.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

# What .venv must have been made from: this lock, this folder (scripts inside hold its path), a Python
# that still answers. The stamps are written last, so an interrupted set-up is never taken for a finished one.
lock_key() { { pwd -P; cat requirements.lock; .venv/bin/python -V; } 2>/dev/null | cksum; }
package_key() { cat pyproject.toml | cksum; }
stamped() { [ -f ".venv/$1.stamp" ] && [ "$(cat ".venv/$1.stamp")" = "$2" ]; }
python_agrees() { [ -z "${PYTHON:-}" ] || [ "$("$PYTHON" -V 2>&1)" = "$(.venv/bin/python -V)" ]; }

with_uv=no
command -v uv >/dev/null 2>&1 && with_uv=yes

made=no
if .venv/bin/python -c '' 2>/dev/null && python_agrees && stamped lock "$(lock_key)"; then
    stamped package "$(package_key)" && exit 0
    # An environment made by uv holds no pip: without uv it can only be made anew.
    if [ -x .venv/bin/pip ] || [ "$with_uv" = yes ]; then made=yes; fi
fi

recent_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
can_make_venv() { [ "$with_uv" = yes ] || "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# Sets $python, or explains what to do and stops.
choose_python() {
    python=
    lame=
    if [ -n "${PYTHON:-}" ]; then
        candidates_are="$PYTHON"
        set -- "$PYTHON"
    else
        candidates_are="python3.13, python3.12, python3.11, python3"
        set -- python3.13 python3.12 python3.11 python3
    fi
    for candidate in "$@"; do
        if recent_enough "$candidate"; then
            if can_make_venv "$candidate"; then
                python=$candidate
                return
            fi
            lame=${lame:-$candidate}
        fi
    done
    if [ -n "$lame" ]; then
        say "« $lame » ne sait pas créer d'environnement : il lui manque venv ou ensurepip."
        say "  Installez-les (Debian, Ubuntu : sudo apt install python3-venv), ou installez uv, puis relancez make."
        say "\"$lame\" cannot create an environment: venv or ensurepip is missing."
        say "  Install them (Debian, Ubuntu: sudo apt install python3-venv), or install uv, then run make again."
        exit 1
    fi
    # uv finds, or fetches, a Python that is not on the PATH.
    if [ "$with_uv" = yes ] && [ -z "${PYTHON:-}" ]; then
        python='>=3.11'
        return
    fi
    found=
    for candidate in "$@"; do
        version=$("$candidate" -V 2>&1) && found="${found:+$found, }$candidate : $version"
    done
    say "Il faut Python 3.11 ou plus récent (cherché : $candidates_are ; trouvé : ${found:-rien})."
    say "  Installez-le, ou indiquez-le : make monographies PYTHON=/chemin/vers/python3.12"
    say "Python 3.11 or newer is needed (looked for: $candidates_are; found: ${found:-nothing})."
    say "  Install it, or point to it: make monographies PYTHON=/path/to/python3.12"
    exit 1
}

failed() {
    say "L'installation n'est pas terminée ; relancez make : elle reprendra du début."
    say "  Un réseau qui atteint l'index de paquets Python est nécessaire cette première fois."
    say "The set-up did not finish; run make again: it will start over. The network is needed this first time."
    exit 1
}

if [ "$made" = no ]; then
    choose_python
    say "Préparation de l'environnement .venv (une seule fois ; de quelques secondes à trois minutes)…"
    rm -rf .venv
    if [ "$with_uv" = yes ]; then
        uv venv --quiet --python "$python" .venv || failed
        uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r requirements.lock || failed
    else
        "$python" -m venv .venv || failed
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
            --require-hashes -r requirements.lock || failed
    fi
fi

# The package itself, editable. Its build needs nothing more than the lock has just installed.
rm -f .venv/package.stamp
if [ -x .venv/bin/pip ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
        --no-deps --no-build-isolation --no-index --editable . || failed
else
    uv pip install --quiet --offline --python .venv/bin/python --no-deps --no-build-isolation --editable . || failed
fi

lock_key > .venv/lock.stamp
package_key > .venv/package.stamp

# citesresearch : « make » ou « make help » affiche les commandes.

# Recipes use .venv by relative path only, so that the folder's own path may hold spaces.
PYTHON ?=
OPTIONS ?=
PYTEST_WORKERS ?= 2
export PYTHON

# One maths thread per test process: two workers on two cores, and the same sums everywhere.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup monographies captures test lint browser torture bench lab lock datapackage docs documentation fiabilite clean distclean

help: ## affiche cette aide
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

monographies: setup ## produit les monographies des deux campagnes, les synthèses et l'index dans build/site/
	@[ -e data/raw/demonstration/campagne.toml ] || .venv/bin/citesresearch demo
	@worst=0; .venv/bin/citesresearch run $(OPTIONS) || worst=$$?; \
	[ $$worst -le 1 ] || exit $$worst; \
	.venv/bin/citesresearch publish || worst=$$?; exit $$worst

captures: setup ## photographie des pages types (téléphone, bureau, papier) dans build/captures/, pour les regarder
	@.venv/bin/citesresearch publish --captures build/captures $(OPTIONS)

test: lint browser ## vérifie le style et les types, puis lance les tests
	@$(ONE_THREAD) .venv/bin/python -m pytest -n $(PYTEST_WORKERS) --dist worksteal $(OPTIONS)

lint: setup ## vérifie le style (ruff) et les types (mypy) seulement
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --check --quiet . || { .venv/bin/ruff format --check .; exit 1; }
	@.venv/bin/mypy --no-error-summary

torture: setup ## lance les essais longs et brutaux
	@$(ONE_THREAD) .venv/bin/python -m pytest -m torture $(OPTIONS)

bench: setup ## mesure la vitesse contre l'usage courant et écrit docs/performances.md (machine au repos ; OPTIONS="--sizes 10 84")
	@.venv/bin/python scripts/bench.py --write $(OPTIONS)

lab: setup ## ouvre JupyterLab sur le dossier notebooks/
	@.venv/bin/python -m jupyterlab $(OPTIONS) notebooks

setup: ## prépare .venv (les autres commandes le font d'elles-mêmes)
	@sh scripts/setup.sh

lock: setup ## recalcule requirements.lock (OPTIONS=--upgrade pour tout rajeunir)
	@sh scripts/lock.sh $(OPTIONS)

datapackage: setup ## réécrit data/raw/publique/datapackage.json d'après le codebook
	@.venv/bin/python scripts/datapackage.py

docs: setup ## réécrit docs/indicateurs.md d'après les indicateurs
	@.venv/bin/citesresearch indicateurs --markdown > docs/indicateurs.md.tmp && mv docs/indicateurs.md.tmp docs/indicateurs.md

fiabilite: setup ## lance les essais de fautes, les longs compris, et réécrit docs/fiabilite.md avec ce qui tient
	@CITESRESEARCH_FIABILITE=1 $(ONE_THREAD) .venv/bin/python -m pytest -m promesse $(OPTIONS)

documentation: setup ## fabrique le site de la documentation (guide, méthodes, référence) dans build/docs/
	@NO_MKDOCS_2_WARNING=1 .venv/bin/python -m mkdocs --quiet build --strict && echo "Documentation : build/docs/index.html"

clean: ## efface ce qui a été produit (build/, data/processed/, caches) ; garde .venv
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find data/processed -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
	@find . -path ./.venv -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

distclean: clean ## efface aussi .venv
	@rm -rf .venv

browser:
	@sh scripts/browser.sh

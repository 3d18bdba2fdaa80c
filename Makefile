# The doors everyone uses. Each sets up what it needs and skips what stands.
PY := .venv/bin/python
.PHONY: run test check lock setup setup-dev show-ledger show-screening show-gate show-tracing show-loops show-office bench-frames chaos test-wheel test-external test-spark audit

run: setup            ## set up and serve http://127.0.0.1:8000 with drill data
	@.venv/bin/kakou serve --drill

test: setup-dev       ## every test, journeys in a real browser included
	@$(PY) scripts/browser.py
	@python3 scripts/npm.py gate test
	@$(PY) -m pytest -n 2 --dist loadgroup -q -m "not chaos"

check: setup-dev      ## format, lint, types, borders, docs
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	python3 scripts/npm.py kakou/web/frontend check
	python3 scripts/npm.py gate check
	$(PY) -m pytest -q -p no:cacheprovider tests/architecture

setup:
	@python3 scripts/setup.py

setup-dev:
	@python3 scripts/setup.py --dev

lock: setup-dev       ## pin versions and hashes again
	for f in requirements-uv requirements requirements-dev requirements-node requirements-spark requirements-audit; do \
	  .venv/bin/uv pip compile -q --generate-hashes --no-emit-index-url --universal --python-version 3.11 $$f.in -o $$f.lock; done

test-wheel: setup-dev ## every test on the PostgreSQL of the wheel
	@KAKOU_PG=wheel $(PY) -m pytest -n 2 --dist loadgroup -q -m "not chaos"

test-external: setup-dev ## every test on an external server that DATABASE_URL names
	@$(PY) scripts/external.py $(PY) -m pytest -n 0 -q -m "not chaos"

test-spark: setup-dev ## tracing over a Spark cluster on this machine, equal to the engine; brings a Java and PySpark
	@$(PY) scripts/spark.py
	@$(PY) -m pytest -q -s --timeout 3600 kakou/tracing/tests/test_a_cluster_says_what_the_engine_says.py \
	  tests/scale/test_a_city_is_traced_by_a_cluster.py

chaos: setup-dev      ## long runs that kill what they test
	@$(PY) -m scripts.libreoffice
	@$(PY) -m pytest -q -m chaos --timeout 3600 --ignore tests/questions
	@$(PY) -m pytest -q -m chaos --timeout 3600 -n 2 tests/questions

audit: setup-dev      ## known weaknesses of what we install, and the bill of materials in build/sbom
	@$(PY) scripts/audit.py

show-ledger: setup-dev ## every figure the ledger must show, in one run (or some: make show-ledger STEPS="5.1 5.3")
	@$(PY) -m bench.show_ledger $(STEPS)

show-screening: setup-dev ## every figure screening must show, in one run (or some: make show-screening STEPS="1 4")
	@$(PY) -m bench.show_screening $(STEPS)

show-gate: setup-dev ## every figure the gate app must show, in one run (or some: make show-gate STEPS="1 2")
	@$(PY) -m bench.show_gate $(STEPS)

show-tracing: setup-dev ## every figure tracing must show, in one run (or some: make show-tracing STEPS="1 3")
	@$(PY) -m bench.show_tracing $(STEPS)

show-loops: setup-dev ## every figure work orders, requests and notices must show, in one run (or some: make show-loops STEPS="2 4")
	@$(PY) -m bench.show_loops $(STEPS)

show-office: setup-dev ## every figure of the office around the ledger, in one run (or some: make show-office STEPS="1 3")
	@$(PY) -m bench.show_office $(STEPS)

bench-frames: setup-dev ## how many frames of a bad camera the scanner reads, beside other readers
	@$(PY) scripts/browser.py
	@.venv/bin/kakou bench frames

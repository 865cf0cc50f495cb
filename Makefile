# The verbs of the project. Each is a thin call, so that all of it also runs without make.
PORT ?= 8000
export PORT
SHELL := /bin/sh
.PHONY: setup demo test test-newest check bench screenshots packages test-packages

setup: packages
	@.venv/bin/python -m scripts.prepare

demo:
	@python=$$(scripts/python) && "$$python" scripts/preflight.py
	@$(MAKE) --no-print-directory setup
	@exec .venv/bin/python manage.py demo --port $(PORT)

test: test-packages
	@.venv/bin/python -m scripts.run_tests $(ARGS)

# The newest Python with the newest Django, where that interpreter is present.
test-newest:
	@scripts/test_newest

check: test-packages
	@scripts/check

bench: setup
	@.venv/bin/python manage.py bench $(ARGS)

# Every page, both themes, wide and narrow, into var/screenshots. PAGES names some of them.
screenshots: test-packages
	@.venv/bin/python -m scripts.screenshots $(PAGES)

packages:
	@python=$$(scripts/python) && "$$python" scripts/setup.py

test-packages:
	@python=$$(scripts/python) && "$$python" scripts/setup.py --tests

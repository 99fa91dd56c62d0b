# Two commands do all of it: `make demo` shows the main job, `make test` passes every test. Each makes its own environment.
PYTHON ?= python3
CHECK := .venv
DEMO := .venv-demo

.PHONY: demo test lint system bench fuzz lock clean

demo: $(DEMO)/installed
	$(DEMO)/bin/helpdeskd demo $(ARGS)

test: $(CHECK)/installed system lint
	$(CHECK)/bin/python -Im pytest -n $$(nproc) --dist worksteal -q $(ARGS)

lint: $(CHECK)/installed
	$(CHECK)/bin/ruff check .
	$(CHECK)/bin/ruff format --check .
	$(CHECK)/bin/mypy
	$(CHECK)/bin/lint-imports --no-cache

# Dovecot, PostgreSQL, Chromium, mutt and rspamd for the tests that need them; without root those lanes are skipped aloud.
system:
	sh tests/servers/install.sh

bench: $(CHECK)/installed
	$(CHECK)/bin/python bench/mail_to_ack.py $(ARGS)

# Damaged mail by the thousand; make test reads 20,000 of them, too.
fuzz: $(CHECK)/installed
	$(CHECK)/bin/python -m tests.fuzz $(ARGS)

# New versions are taken on purpose: this writes both locks anew.
lock: $(CHECK)/installed
	$(CHECK)/bin/uv pip compile -q setup.cfg --extra demo --generate-hashes --python-version 3.11 -o demo.lock
	$(CHECK)/bin/uv pip compile -q setup.cfg --all-extras --generate-hashes --python-version 3.11 -o test.lock

$(CHECK)/installed: test.lock setup.cfg
	$(PYTHON) -m venv $(CHECK)
	$(CHECK)/bin/pip install -q --disable-pip-version-check --require-hashes -r test.lock
	$(CHECK)/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(DEMO)/installed: demo.lock setup.cfg
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/pip install -q --disable-pip-version-check --require-hashes -r demo.lock
	$(DEMO)/bin/pip install -q --disable-pip-version-check --no-deps -e .
	touch $@

clean:
	rm -rf $(CHECK) $(DEMO) build dist *.egg-info demo-state

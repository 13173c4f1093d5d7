# One word a task. Python comes from the environment that is active; T is a topic's slug, or a benchmark's name.

words:  ## list the words
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "make %-7s%s\n", $$1, $$2}'

run:  ## start the app
	streamlit run app.py

fast:  ## every test but the browser's and the slow ones: under two minutes on two cores
	pytest -m "not browser and not slow"

topic: given  ## T=ridge_lasso: all that concerns one topic: words, form, claims, tests, page, browser
	python -m engine.content $(T)
	ruff check $(code)
	ruff format --check $(code)
	GRIMOIRE_CLAIMS=3 pytest -n 2 tests/experiments tests/pages/test_topics.py tests/browser/test_looks.py -k $(T)
	if [ -d $(tools) ]; then python $(tools)/coverage.py --topic $(T) && python $(tools)/overlap.py $(words) $(code); fi

all:  ## what has to pass before a change lands, in an empty environment
	bash .ci/run

new: given  ## T=ridge_lasso: begin a topic from its plan, in all rooms
	python -m engine.content new $(T)

look: given  ## T=ridge_lasso: screenshots in three widths and both themes, experiments closed and open
	python -m tests.browser.look $(T)

bench: given  ## T=engine: run benchmarks/engine.py
	python -m benchmarks.$(T)

given:
	@test -n "$(T)" || { echo "Say which one: make $(or $(MAKECMDGOALS),topic) T=…"; exit 2; }

tools = ../shared/tools
words = $(wildcard content/*/$(T).md content/*/$(T).toml)
code = $(wildcard engine/experiments/$(T) pages/*/$(T) tests/experiments/test_$(T).py)

.PHONY: words run fast topic all new look bench given

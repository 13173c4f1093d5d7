"""Any text that Python can hold comes back exactly."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.quiz.store.rows import Learner, from_json, pack, to_json, unpack
from engine.quiz.store.store import Store
from tests.quiz.store_helpers import HOSTILE, answer


class TestText:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_any_text_comes_back_exactly(self, store: Store, path: Path, noor: Learner, name: str) -> None:
        text = HOSTILE[name]
        attempt = answer(
            store,
            noor,
            f"k{text}",
            answer=text,
            question=text,
            topic=text,
            fingerprint=text,
            machine={"correct": None, "span": text, text[:100]: [text]},
        )
        store.add_marks(attempt.id, {"note": text}, None)
        store.save_draft(noor.id, text, text)
        store.save_reading(noor.id, text, text)
        store.add_prediction(noor.id, text, text, 1, None)
        store.close()
        with Store.open(path) as again:
            (found,) = again.attempts(noor.id, topic=text, question=text)
            assert (found.answer, found.question, found.topic, found.fingerprint) == (text, text, text, text)
            assert found.key == f"k{text}"
            assert found.machine == {"correct": None, "span": text, text[:100]: [text]}
            assert found.marks == {"note": text}
            assert again.draft(noor.id, text) == text
            assert again.readings(noor.id)[text].anchor == text
            assert again.predictions(noor.id)[0].topic == text
            assert set(again.progress(noor.id)) == {text}
            assert again.check() == []

    @given(st.text(st.characters(exclude_categories=())))
    def test_packing_loses_nothing(self, text: str) -> None:
        assert unpack(pack(text)) == text
        assert from_json(to_json({"t": [text]})) == {"t": [text]}

    def test_numbers_that_json_has_no_word_for_are_kept_as_words(self, store: Store, noor: Learner) -> None:
        numbers = {"given": float("inf"), "list": [float("nan"), 1.5], "deep": {"x": -float("inf")}}
        assert answer(store, noor, "k", machine=numbers).machine == {
            "given": "inf",
            "list": ["nan", 1.5],
            "deep": {"x": "-inf"},
        }

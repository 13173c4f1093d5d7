"""What is carried forward answer by answer is what the whole log gives: whoever wrote, whatever the clock said."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.quiz import exam, record, schedule
from engine.quiz.exam import Paper
from engine.quiz.grading import agreement
from engine.quiz.history import History
from engine.quiz.schedule import DAY, Wishes, remembered
from engine.quiz.store.store import Store
from engine.quiz.traces import Fold, Given
from tests.quiz.import_helpers import carry

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
keys = count()


def write(store: Store, learner: int, question: str, at: datetime, went: bool | None = True, **more: object) -> int:
    """Append an answer; return its id."""
    machine = {"correct": went, "points": [[0, "present", ""], [1, "absent", ""]], **more}
    return store.add_attempt(
        f"k{next(keys)}", learner, f"t{question[0]}", question, "f", "", machine, 3, False, 20.0, at
    ).id


def same(history: History, store: Store, learner: int, now: datetime) -> None:
    """Compare all that a history carries with what the log gives from nothing."""
    history.look(store)
    log = store.attempts(learner, undone=True)
    told = [one for one in log if not one.undone]
    for wishes in (Wishes(), Wishes(0.8, (now + 9 * DAY).date())):
        assert history.memories(now, wishes) == remembered(log, now, wishes)
    recalls = history.recalls(now)
    assert Counter(recalls) == Counter(schedule.recalls(log, now))
    assert history.progress() == store.progress(learner)
    for zone in (UTC, TOKYO):
        assert history.spent(zone) == (record.days(log, zone), record.seconds(log, zone))
    assert record.shares(history.told()) == record.calibration(log)
    assert history.told().total() == sum(record.told(one) is not None for one in log)
    assert history.pace() == schedule.pace(told)
    assert history.last() == (told[-1].id if told else None)
    assert history.count() == len(log)
    assert history.is_ahead(now) == any(one.at > now for one in told)
    assert history.agreement(store) == agreement(log)
    found = [exam.sittings(store.answers(ids)) for _, ids in history.exams()]
    assert tuple(one for ones in found for one in ones) == exam.sittings(log)


steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["answer"] * 6
            + ["mark", "mark", "undo", "other", "elsewhere", "import", "turn", "exam", "beside", "look", "clock"]
        ),
        st.sampled_from("abc"),
        st.booleans(),
        st.sampled_from([0.0, 0.001, 0.4, 1.0, 3.0, 20.0, 200.0, -0.04, -2.0, -150.0, -21_000.0, 0.5, 2.0, 0.02]),
    ),
    max_size=25,
)


@settings(max_examples=60)
@given(steps)
def test_carried_forward_is_from_nothing(drawn: list[tuple[str, str, bool, float]]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(Path(folder) / "grimoire.db") as store,
        Store.open(Path(folder) / "grimoire.db") as elsewhere,  # as another process has it
        Store.open(Path(folder) / "machine.db") as machine,
    ):
        ada, ben = store.add_learner("Ada").id, store.add_learner("Ben").id
        far, history, clock = machine.add_learner("Ada").id, History(ada), START
        marked: list[int] = []
        for what, question, went, days in drawn:
            at = clock + days * DAY
            clock = max(clock, at) if days < 100 else clock
            if what == "answer":
                marked.append(write(store, ada, question, at, went))
            elif what == "mark" and marked:
                store.add_marks(marked[-1 if went else 0], {"points": [went, not went]}, went)
            elif what == "undo":
                store.undo_last(ada)
            elif what == "other":
                write(store, ben, question, at, went)
            elif what == "elsewhere":
                write(elsewhere, ada, question, at, went)
            elif what == "import":
                write(machine, far, question, at, went)
                carry(machine.export_jsonl(far), store, now=clock + 400 * DAY)
            elif what == "turn" and (batches := store.batches()):
                (store.redo_import if batches[-1].undone else store.undo_import)(batches[-1].id)
            elif what == "exam":
                noted = exam.noted(f"sitting {question}", Paper(3, ("a", "b", "c")), "abc".index(question))
                marked.append(write(store, ada, question, at, went, **noted))
            elif what == "beside":
                write(store, ada, f"{question}~drill", at, went)
            elif what == "look":
                same(history, store, ada, clock)
            elif what == "clock":
                same(history, store, ada, clock - 30 * DAY)
        same(history, store, ada, clock)
        same(history, store, ada, clock + 1 * DAY)
        same(History(ada), store, ada, clock)


def test_a_revision_is_a_learners_own(store: Store) -> None:
    ada, ben = store.add_learner("Ada").id, store.add_learner("Ben").id
    hers, his = History(ada), History(ben)
    write(store, ada, "a", START)
    before = hers.look(store), his.look(store)
    assert len(set(before)) == 2
    assert (hers.look(store), his.look(store)) == before
    number = write(store, ben, "a", START)
    assert hers.look(store) == before[0]
    assert (after := his.look(store)) != before[1]
    store.add_marks(number, {}, False)
    assert hers.look(store) == before[0]
    assert his.look(store) != after


def test_an_answer_costs_one_step_of_fsrs(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import fsrs

    steps: list[object] = []
    review = fsrs.Scheduler.review_card
    monkeypatch.setattr(
        fsrs.Scheduler, "review_card", lambda *given, **named: steps.append(given) or review(*given, **named)
    )
    ada, history = store.add_learner("Ada").id, History(store.add_learner("Noor").id)
    history = History(ada)
    for day in range(40):
        write(store, ada, "abcd"[day % 4], START + day * DAY)

    def cost() -> int:
        steps.clear()
        history.look(store)
        history.memories(START + 41 * DAY, Wishes(0.8))
        history.recalls(START + 41 * DAY)
        return len(steps)

    assert cost() == 40
    assert cost() == 0
    last = write(store, ada, "a", START + 40 * DAY)
    assert cost() == 1
    store.add_marks(last, {}, False)  # the machine had said right
    assert cost() == 1
    store.undo_last(ada)
    assert cost() == 0
    write(store, ada, "a", START + 2 * DAY)  # a clock that went back: it counts as near to the others as they allow
    assert cost() == 1
    for _ in range(3):
        store.undo_last(ada)
    assert cost() <= 1
    assert remembered(store.attempts(ada), START + 41 * DAY, Wishes(0.8)) == history.memories(
        START + 41 * DAY, Wishes(0.8)
    )


@given(st.lists(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=9), max_size=9))
def test_a_fold_is_what_it_holds_last(drawn: list[list[tuple[int, bool]]]) -> None:
    fold = Fold("q")
    for answers in drawn:
        held = [Given(86_400_000_000 * (20 * place + day), went, 3, "t") for place, (day, went) in enumerate(answers)]
        fold.take(held)
        anew = Fold("q")
        anew.take(held)
        assert (fold.trace, fold.recalls) == (anew.trace, anew.recalls)


def test_a_reading_after_the_file_was_put_back_is_whole(tmp_path: Path) -> None:
    """Another file may hold less than was read of the one before."""
    history = History(1)
    with Store.open(tmp_path / "a.db") as more, Store.open(tmp_path / "b.db") as less:
        for store in (more, less):
            write(store, store.add_learner("Ada").id, "a", START)
        write(more, 1, "b", START + timedelta(hours=1))
        same(history, more, 1, START + DAY)
        same(history, less, 1, START + DAY)

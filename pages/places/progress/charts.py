"""The charts of the Progress page, each with its numbers as a table below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape

import altair as alt
import pandas as pd
import streamlit as st

from engine.content import Part
from engine.quiz import record
from engine.quiz.progress import CONFIDENCE, TopicProgress
from engine.quiz.record import FEWEST, Foresight, Forgetting, Share
from engine.quiz.schedule import TopicMemory
from pages.widgets.figures import charts
from pages.widgets.shell.letters import plural

WEEKS, DAYS_OF_TIME = 16, 30
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
GONE = "Not in the book"  # a topic of the log only: a file may call it anything, and a table is Markdown
DAY_LABEL = "utcFormat(toDate(datum.value), '%-d %b')"  # a date alone is midnight UTC
OUTCOMES = {"came true": "#2E8B73", "did not": "#D9822B", "skipped": "#8C8C8C"}
Rows = Sequence[Mapping[str, object]]


def table(rows: Rows, alt_text: str, *more: tuple[Rows, str]) -> None:
    """Offer the numbers of the chart above as a table, or as several; one without rows is left out."""
    with st.expander("The numbers as a table", type="compact"):
        for each, says in ((rows, alt_text), *more):
            if each:
                st.table(pd.DataFrame(each), border="horizontal", hide_index=True, alt=says)


def said_day(day: date) -> str:
    """Write a date; "%-d" is not known everywhere.

    >>> said_day(date(2026, 7, 4))
    '4 Jul 2026'
    """
    return f"{day.day} {day:%b %Y}"


def percent(share: float) -> str:
    """Write a share in percent.

    >>> percent(0.623), percent(0.0004)
    ('62 %', '0 %')
    """
    return f"{100 * share:.0f} %"


# --- mastery ---------------------------------------------------------------------------------------------------


def mastery_map(
    parts: Sequence[Part], topics: Mapping[str, TopicMemory], progress: Mapping[str, TopicProgress]
) -> None:
    """Draw a tile for each topic that was begun: how much of it can be expected to be recalled now."""
    st.header("Mastery", anchor=False)
    st.caption(
        "The share of a topic's questions that you can be expected to recall today. What is unanswered, not judged yet "
        "or was missed last counts as 0."
    )
    there = [(part, [one for one in part.topics if one.slug in topics]) for part in parts]
    for part, entries in there:
        begun = [
            tile(one.title, topics[one.slug], progress[one.slug]) for one in entries if progress[one.slug].answered
        ]
        if begun:
            st.html(f'<h3 class="tiles">{escape(part.title)}</h3><ul class="tiles">{"".join(begun)}</ul>')
    left = sum(not progress[one.slug].answered for _, entries in there for one in entries)
    if left:
        st.caption(f"{plural(left, 'topic is', 'topics are')} not begun; the table has them all.")
    rows = [
        {
            "Topic": one.title,
            "Mastery": percent(record.mastery(topics[one.slug])),
            "Answered": f"{progress[one.slug].answered} of {len(progress[one.slug].questions)}",
            "Judged": f"{progress[one.slug].judged} of {len(progress[one.slug].questions)}",
        }
        for _, entries in there
        for one in entries
    ]
    table(rows, "Mastery of every topic")


def tile(title: str, memory: TopicMemory, progress: TopicProgress) -> str:
    """Return a tile: the topic, the share in figures, and a bar as long as the share."""
    share = record.mastery(memory)
    said = percent(share) if progress.judged else "not judged"
    of = f"{progress.answered} of {len(progress.questions)}"
    if progress.judged and progress.unjudged:
        of += f", {len(progress.unjudged)} not judged"
    return (
        f'<li><span>{escape(title)}</span><span class="figures"><b>{said}</b> <small>{of}</small></span>'
        f'<i style="width:{100 * share:.1f}%"></i></li>'
    )


# --- days and time ---------------------------------------------------------------------------------------------


def calendar(days: Counter[date], today: date) -> None:
    """Draw the answers of the last weeks, a square a day."""
    st.header("Days", anchor=False)
    first = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    shown = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    rows = [
        {
            "week": f"{day - timedelta(days=day.weekday()):%Y-%m-%d}",
            "weekday": WEEKDAYS[day.weekday()],
            "answers": days[day],
            "day": said_day(day),
            "said": str(days[day] or ""),
        }
        for day in shown
    ]
    base = alt.Chart(pd.DataFrame(rows)).encode(
        alt.X(
            "week:O",
            title=None,
            axis=alt.Axis(labelExpr=DAY_LABEL, labelAngle=0, labelOverlap=True, domain=False, ticks=False),
        ),
        alt.Y("weekday:O", title=None, sort=list(WEEKDAYS), axis=alt.Axis(domain=False, ticks=False)),
        tooltip=["day", "answers"],
    )
    top = max(max(days.values(), default=1), 1)
    colour = alt.Color("answers:Q", legend=None, scale=alt.Scale(domain=[0, top], range=["#8C8C8C22", "#2E8B73"]))
    words = base.mark_text(fontSize=10, color=charts.ink()).encode(text="said:N")
    counts = [days[day] for day in shown if days[day]]
    said = f"{plural(sum(counts), 'answer')} on {plural(len(counts), 'day')} of the last {WEEKS} weeks"
    charts.show(
        (base.mark_rect(cornerRadius=2, stroke="#8C8C8C55").encode(colour) + words).properties(height=190),
        f"A square for each day with its number of answers. {said}.",
    )
    st.caption(f"{said}.")
    told = [{"Day": said_day(day), "Answers": days[day]} for day in sorted(days, reverse=True)]
    table(told[:400], "Answers by day")


def time_spent(spent: Mapping[tuple[date, str], float], titles: Mapping[str, str], today: date) -> None:
    """Draw the minutes of the last days, and say how they spread over topics."""
    st.header("Time on questions", anchor=False)
    by_day: Counter[date] = Counter()
    by_topic: Counter[str] = Counter()
    for (day, topic), seconds in spent.items():
        by_day[day] += seconds  # type: ignore[assignment]
        by_topic[titles.get(topic, GONE)] += seconds  # type: ignore[assignment]
    shown = [today - timedelta(days=n) for n in range(DAYS_OF_TIME - 1, -1, -1)]
    frame = pd.DataFrame([{"day": f"{day:%Y-%m-%d}", "minutes": round(by_day[day] / 60, 1)} for day in shown])
    chart = (
        alt.Chart(frame)
        .mark_bar(color="#3B6FB6")
        .encode(
            alt.X("day:O", title=None, axis=alt.Axis(labelExpr=DAY_LABEL, labelAngle=0, labelOverlap=True)),
            alt.Y("minutes:Q", title="minutes"),
            tooltip=["day", "minutes"],
        )
    )
    total = sum(by_day.values()) / 60
    recent = sum(by_day[day] for day in shown) / 60
    said = f"{minutes(60 * recent)} in the last {DAYS_OF_TIME} days, {minutes(60 * total)} in all"
    charts.show(chart.properties(height=160), f"Bars of minutes by day. {said}.")
    st.caption(
        f"{said}. From when a question is shown to its answer; while the page is hidden or left alone no time runs, "
        "and of one answer half an hour counts at most."
    )
    table(
        [{"Topic": topic, "Time": minutes(seconds)} for topic, seconds in by_topic.most_common()],
        "Time by topic",
        (
            [{"Day": said_day(day), "Time": minutes(by_day[day])} for day in reversed(shown) if by_day[day]],
            "Time by day",
        ),
    )


def minutes(seconds: float) -> str:
    """Write a time.

    >>> minutes(40), minutes(600), minutes(5400)
    ('40 s', '10 min', '1 h 30 min')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    whole = round(seconds / 60)
    return f"{whole} min" if whole < 60 else f"{whole // 60} h {whole % 60} min"


# --- calibration, predictions, forgetting -----------------------------------------------------------------------


def with_intervals(base: alt.Chart) -> alt.LayerChart:
    """Return dots at "recalled" with intervals from "low" to "high", and what was "said" beside them."""
    y = alt.Y("low:Q", title="recalled", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%"))
    rules = base.mark_rule(color="#3B6FB6", strokeWidth=2).encode(y, alt.Y2("high:Q"))
    dots = base.mark_point(color="#3B6FB6", filled=True, size=90, opacity=1).encode(alt.Y("recalled:Q"))
    words = base.mark_text(align="left", dx=10, color=charts.ink()).encode(alt.Y("recalled:Q"), text="said:N")
    layered: alt.LayerChart = rules + dots + words
    return layered


def calibration(shares: Mapping[int, Share], answers: int, waiting: int) -> None:
    """Draw the share that went well by confidence, with its interval; too few answers are said instead."""
    st.header("How sure you were, and what came of it", anchor=False)
    waits = plural(waiting, "more waits for your judgement", "more wait for your judgement")
    if not shares:
        so_far = f"So far: {answers}." + (f" {waits}." if waiting else "")
        st.markdown(f"From {FEWEST} judged answers on you will see here how well you know what you know. {so_far}")
        return
    rows = [
        {
            "sure": CONFIDENCE[level],
            "recalled": one.value,
            "low": one.low,
            "high": one.high,
            "said": f"{one.hits} of {one.of}",
        }
        for level, one in shares.items()
    ]
    base = alt.Chart(pd.DataFrame(rows)).encode(
        alt.X(
            "sure:N",
            title="confidence before the reveal",
            sort=list(CONFIDENCE.values()),
            scale=alt.Scale(domain=list(CONFIDENCE.values())),
            axis=alt.Axis(labelAngle=0),
        ),
        tooltip=["sure", "said", alt.Tooltip("low", format=".0%"), alt.Tooltip("high", format=".0%")],
    )
    said = ", ".join(f"{row['sure']}: {row['said']} recalled" for row in rows)
    charts.show(
        with_intervals(base).properties(height=220), f"Share recalled by confidence with 95 % intervals. {said}."
    )
    table(
        [
            {
                "Confidence": CONFIDENCE[level],
                "Recalled": one.hits,
                "Of": one.of,
                "Share": percent(one.value),
                "95 % interval": f"{percent(one.low)} to {percent(one.high)}",
            }
            for level, one in shares.items()
        ],
        "Calibration",
    )
    if waiting:
        st.caption(f"{waits}.")


def foresight(found: Sequence[Foresight], titles: Mapping[str, str]) -> None:
    """Draw how the predictions came out, by topic."""
    if not found:
        return
    st.header("What you predicted of experiments", anchor=False)
    rows = [
        {"topic": titles.get(one.topic, GONE), "outcome": outcome, "experiments": count, "order": place}
        for one in found
        for place, (outcome, count) in enumerate(zip(OUTCOMES, (one.right, one.wrong, one.skipped), strict=True))
        if count
    ]
    base = alt.Chart(pd.DataFrame(rows)).encode(
        alt.Y(
            "topic:N", title=None, sort=[titles.get(one.topic, GONE) for one in found], axis=alt.Axis(labelLimit=180)
        ),
        alt.X("experiments:Q", title="experiments, first prediction", axis=alt.Axis(tickMinStep=1, format="d")),
        alt.Order("order:O"),
        tooltip=["topic", "outcome", "experiments"],
    )
    colour = alt.Color(
        "outcome:N",
        title=None,
        scale=alt.Scale(domain=list(OUTCOMES), range=list(OUTCOMES.values())),
        legend=alt.Legend(orient="bottom", columns=2),
    )
    right, wrong = sum(one.right for one in found), sum(one.wrong for one in found)
    said = f"{right} of {right + wrong} predictions came true"
    charts.show(base.mark_bar().encode(colour).properties(height=alt.Step(26)), f"Bars by topic. {said}.")
    st.caption(f"{said}. What surprised you is worth running again.")
    table(
        [
            {"Topic": titles.get(one.topic, GONE), "Came true": one.right, "Did not": one.wrong, "Skipped": one.skipped}
            for one in found
        ],
        "Predictions by topic",
    )


def forgetting(found: Sequence[Forgetting], repeated: int) -> None:
    """Draw the forgetting curve of the learner's own log, beside what the schedule expected."""
    st.header("How you forget", anchor=False)
    if not found:
        st.markdown(
            f"From {FEWEST} repeated answers on you will see here how recall falls with time. So far: {repeated}."
        )
        return
    order = [one.label for one in found]
    rows = [
        {
            "gap": one.label,
            "recalled": one.share.value,
            "low": one.share.low,
            "high": one.share.high,
            "expected": one.predicted,
            "said": f"{one.share.hits} of {one.share.of}",
        }
        for one in found
    ]
    base = alt.Chart(pd.DataFrame(rows)).encode(
        alt.X("gap:N", title="since the answer before", sort=order, axis=alt.Axis(labelAngle=0, labelLimit=90)),
        tooltip=["gap", "said", alt.Tooltip("expected", format=".0%")],
    )
    line = base.mark_line(color="#D9822B", strokeDash=[4, 3], point={"shape": "diamond", "color": "#D9822B"}).encode(
        alt.Y("expected:Q")
    )
    said = ", ".join(f"{row['gap']}: {row['said']}" for row in rows)
    charts.show(
        (line + with_intervals(base)).properties(height=220),
        f"Share recalled by time since the answer before, with what was expected. {said}.",
    )
    st.caption("Dots: your answers with 95 % intervals. Dashed diamonds: what the schedule expected of you.")
    table(
        [
            {
                "Gap": one.label,
                "Recalled": one.share.hits,
                "Of": one.share.of,
                "Share": percent(one.share.value),
                "95 % interval": f"{percent(one.share.low)} to {percent(one.share.high)}",
                "Expected": percent(one.predicted),
            }
            for one in found
        ],
        "Forgetting",
    )

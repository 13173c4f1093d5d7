"""`python -m engine.content`: check the content and say what to do next; `… new <slug>` begins a topic."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.content import new
from engine.content.check import OF_THE_WHOLE, check_topic
from engine.content.curriculum import ROOT, curriculum
from engine.errors import ContentError


def main(argv: list[str] | None = None, root: Path = ROOT) -> int:
    """Check the content and print what to do next.

    Args:
        argv: command-line arguments, those of the process by default.
        root: the folder that holds curriculum.toml.

    Returns:
        0 where nothing is wrong, 1 where something is.
    """
    given = sys.argv[1:] if argv is None else argv
    if given[:1] == ["new"]:
        return new.main(given[1:], root)
    parser = argparse.ArgumentParser(prog="python -m engine.content", description="Check the lessons and their facts.")
    parser.add_argument(
        "topic", nargs="?", help="one topic, or `new <slug>`, which begins one; all that stand by default"
    )
    parser.add_argument("--part", help="check the topics of one part, for example machine_learning")
    args = parser.parse_args(given)
    try:
        parts = curriculum(root)
        entries = [entry for part in parts for entry in part.topics]
        if args.topic:
            chosen = [entry for entry in entries if entry.slug == args.topic]
        else:
            chosen = [entry for entry in entries if entry.asked and args.part in (None, entry.part)]
        if (args.topic and not chosen) or (args.part and args.part not in {part.id for part in parts}):
            parser.error(f"curriculum.toml has no {'topic ' + args.topic if args.topic else 'part ' + args.part}")
        problems = [problem for entry in chosen for problem in check_topic(entry.slug, root)]
        problems += [] if args.topic or args.part else [problem for check in OF_THE_WHOLE for problem in check(root)]
    except ContentError as error:
        chosen, problems = [], [error]
    for problem in problems:
        print(problem)
    print(_closing(problems, [entry.slug for entry in chosen]))
    return 1 if problems else 0


def _closing(problems: list[ContentError], slugs: list[str]) -> str:
    if problems:
        files = len({problem.file for problem in problems})
        return f"\n{len(problems)} to do in {files} file{'s' * (files > 1)}. Start with the first, then run this again."
    names = ", ".join(slugs) or "none is written"
    return f"Nothing to do: {len(slugs)} topic{'s' * (len(slugs) != 1)} checked ({names})."


if __name__ == "__main__":
    sys.exit(main())

"""Content: the lessons and the facts about each topic, read from content/ and checked.

`python -m engine.content` checks every file and tells an author what to do next.
"""

from __future__ import annotations

from engine.content.curriculum import ROOT, curriculum
from engine.content.read import load_topic
from engine.content.topic import Entry, ExperimentText, Part, Topic

__all__ = [
    "ROOT",
    "Entry",
    "ExperimentText",
    "Part",
    "Topic",
    "curriculum",
    "load_topic",
]

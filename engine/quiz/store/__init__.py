"""The store: SQLite behind one face. Outside this folder only what stands here is imported."""

from __future__ import annotations

from engine.errors import StoreError
from engine.quiz.store.carry.merge import Batch, Plan
from engine.quiz.store.carry.reading import MOST_BYTES, MOST_ROWS
from engine.quiz.store.faults import Damaged, Full, Locked, Moved, NewerVersion, NotADatabase, NotFound, ReadOnly
from engine.quiz.store.following import Changes, Entry
from engine.quiz.store.names import NameRefused
from engine.quiz.store.rescue.rescue import BackupRefused, begin_anew, examine, kept_backups, restore
from engine.quiz.store.rescue.salvage import salvage
from engine.quiz.store.rows import Attempt, Learner, Prediction, Progress, Reading
from engine.quiz.store.store import Answer, Store, default_path

__all__ = [
    "MOST_BYTES",
    "MOST_ROWS",
    "Answer",
    "Attempt",
    "BackupRefused",
    "Batch",
    "Changes",
    "Damaged",
    "Entry",
    "Full",
    "Learner",
    "Locked",
    "Moved",
    "NameRefused",
    "NewerVersion",
    "NotADatabase",
    "NotFound",
    "Plan",
    "Prediction",
    "Progress",
    "ReadOnly",
    "Reading",
    "Store",
    "StoreError",
    "begin_anew",
    "default_path",
    "examine",
    "kept_backups",
    "restore",
    "salvage",
]

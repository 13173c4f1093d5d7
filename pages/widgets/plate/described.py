"""An experiment's controls as the desk draws them, described from its settings: declared once, drawn from there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engine.settings import Choice, Field, Flag, Name, Number, OwnImage, OwnTable, OwnText, Settings, Whole
from pages.widgets.plate.said import logarithmic

OWN = (OwnTable, OwnText, OwnImage)


def controls(settings: type[Settings], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Describe each control that matters at these values; rows and own data have controls of their own elsewhere.

    Args:
        settings: the experiment's.
        values: by field; they need not be valid.
    """
    declared, defaults = settings.declared(), settings.defaults()
    wished = defaults | dict(values)
    known = {
        name: defaults[name] if not isinstance(field, OWN) and field.problem(wished[name]) else wished[name]
        for name, field in declared.items()
    }  # others ask what it is
    for name in declared:  # what does not matter does not decide either what else does
        if not settings.matters(name, known):
            known[name] = defaults[name]
    found = []
    for name, field in declared.items():
        if not settings.matters(name, known):
            continue
        if said := control(name, field, defaults[name], settings, known):
            told = {"name": name, "label": field.says, "value": shown(wished[name], defaults[name])}
            found.append(told | {"main": name in settings.main} | said)
    return found


def shown(value: Any, default: Any) -> Any:
    """Return what a control can show of a value that is perhaps none of its field's: the default instead."""
    if isinstance(value, str):
        return value if len(value) <= 200 else default
    return value if isinstance(value, (bool, int, float)) and math.isfinite(value) else default


def control(
    name: str, field: Field, default: Any, settings: type[Settings], known: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Describe one control, without its name and value; None where it has none of its own."""
    match field:
        case Number(log=True):
            return {"kind": "log", "low": field.low, "high": field.high, "steps": logarithmic(field, default)}
        case Number():
            step = field.step or (field.high - field.low) / 100
            return {"kind": "number", "low": field.low, "high": field.high, "step": step}
        case Whole():
            kind = "seed" if name == "seed" else "number"
            return {"kind": kind, "low": field.low, "high": field.high, "step": field.step}
        case Choice():
            return {"kind": "choice", "options": list(field.options)}
        case Flag():
            return {"kind": "flag"}
        case Name():
            sound = _sound(settings, known)
            columns = settings.columns(sound)
            usual = settings.preferred(sound).get(name, columns[0] if columns else "")
            if field.typed:
                return {"kind": "words", "options": list(columns), "value": shown(known[name], "") or usual}
            chosen = known[name] if known[name] in columns else usual
            return {"kind": "choice", "options": list(columns), "value": chosen} if columns else None
    return None


def _sound(settings: type[Settings], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with the defaults of those that their fields refuse: what names there are is asked of them."""
    declared, defaults = settings.declared(), settings.defaults()
    return {name: value if declared[name].problem(value) is None else defaults[name] for name, value in known.items()}

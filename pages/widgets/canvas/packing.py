"""The bytes that canvas components unpack: a header and arrays behind it. Knows no streamlit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def packed(header: Mapping[str, Any], parts: Sequence[bytes]) -> bytes:
    """Return what a component's script unpacks: the length of the header, the header as JSON, then the parts.

    Four bytes say the length; the header is filled up with blanks to whole words: numbers behind it are aligned.

    Raises:
        ValueError: if the header holds a number that is not finite.
    """
    text = json.dumps(header, allow_nan=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return b"".join([len(text).to_bytes(4, "little"), text, *parts])


def colour_levels(values: NDArray[np.float64], low: float = -1.0, high: float = 1.0) -> NDArray[np.uint8]:
    """Turn numbers in [low, high] into colour levels 0 to 254, those beyond into the ends; 255 is a missing one."""
    shares = np.round(np.clip((values - low) / ((high - low) or 1.0), 0.0, 1.0) * 254.0)
    return np.where(np.isnan(shares), 255.0, shares).astype("u1")

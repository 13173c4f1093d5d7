"""What more than one of the topic's experiments use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from engine.computer_vision.pen import prepare as prepare

Arrays = Mapping[str, NDArray[Any]]

"""What more than one of the topic's experiments use."""

from __future__ import annotations

from engine.language_modeling.generation import RARE as RARE
from engine.language_modeling.generation import Transformer as Transformer

Matrix = tuple[tuple[float, ...], ...]

"""What more than one of the topic's experiments use."""

from __future__ import annotations

from engine.deep_learning.planes import REACH as REACH
from engine.deep_learning.planes import Points as Points

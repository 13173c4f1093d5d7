"""torch, on one thread: whoever needs torch imports it from here, and nobody before a page is drawn.

Four threads were between 1.1 times faster and 14 times slower than one on models of this size.
"""

from __future__ import annotations

import torch

torch.set_num_threads(1)

__all__ = ["torch"]

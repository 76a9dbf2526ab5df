"""The Wilson score interval of a share: honest beside small numbers, and never outside [0, 1].

E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Z95 = 1.959963984540054
"""The quantile of the normal distribution for 95 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value lies, with 95 % confidence."""

    low: float
    high: float


def wilson(count: int, of: int, z: float = Z95) -> Interval:
    """:param of: at least 1, and at least ``count``."""
    share = count / of
    middle = share + z * z / (2 * of)
    margin = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    return Interval(max(0.0, (middle - margin) / scale), min(1.0, (middle + margin) / scale))

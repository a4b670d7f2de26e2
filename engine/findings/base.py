"""What the base period of a trend comes to, and what that gives the finding about the period itself."""

from typing import NamedTuple

from rulecheck.engine.findings.finding import Data
from rulecheck.engine.findings.value import piece_data, ratio
from rulecheck.facts.cover import Cover
from rulecheck.facts.quantity import Exact, exact, plain, terminates
from rulecheck.rules.criteria import Bound, Threshold, Trend


class Base(NamedTuple):
    """``compared`` is the value as it is compared; None as long as the base period is not covered, or has no item.

    ``part`` is the cover of the same part of the base period as the figures so far are of, for an unfinished total.
    """

    leaf: Threshold
    """The measure over the base period."""
    trend: Trend
    tiled: Cover
    value: Exact | None
    compared: Exact | None
    left_out: tuple[Data, ...]
    part: Cover | None

    @property
    def known(self) -> bool:
        return self.compared is not None

    @property
    def settles(self) -> bool:
        """Whether a verdict that rests on it can be for good."""
        return self.known and not any(p.preliminary for p in self.tiled.pieces)

    def so_far(self, leaf: Threshold) -> Bound:
        """What the figures so far are held against: the bound from the same part of the base, where that is known."""
        return leaf.bound if self.part is None else self.trend.bound(self.part.amount, leaf.bound.unit)

    def too_few(self, tiled: Cover) -> bool:
        """Whether a cover has fewer items than the least number for which anything is judged."""
        return self.trend.minimum is not None and tiled.volume < self.trend.minimum

    def numbers(self, leaf: Threshold, tiled: Cover, compared: Exact | None) -> dict[str, int]:
        """What the rules are told of the base."""
        return {"few": int(bool(self._few(leaf, tiled, compared))), "base": int(self.known)}

    def _few(self, leaf: Threshold, tiled: Cover, compared: Exact | None) -> list[str]:
        """Which of the two periods is covered, and not empty, and has too few items."""
        few = [self.leaf.over.label] if self.known and self.too_few(self.tiled) else []
        whole = tiled.reach == leaf.over.last and compared is not None
        return [*few, leaf.over.label] if whole and self.too_few(tiled) else few

    def data(self, leaf: Threshold, tiled: Cover, compared: Exact | None) -> Data:
        """What the proof shows of the base."""
        trend = self.trend
        data: Data = {
            "direction": trend.direction,
            "band": plain(trend.band),
            "relative": trend.relative,
            "over": trend.base.label,
            "pieces": [piece_data(p) for p in self.tiled.pieces],
        }
        if trend.minimum is not None:
            data["minimum"] = trend.minimum
            data["few"] = self._few(leaf, tiled, compared)
        if self.left_out:
            data["left_out"] = list(self.left_out)
        if self.tiled.reach is not None:
            data["reach"] = self.tiled.reach.isoformat()
        if self.value is None or self.compared is None:
            return data
        data["value"] = plain(self.value)
        if not terminates(self.value):
            data["exact"] = ratio(self.leaf, self.tiled, self.value)
        if self.compared != self.value:
            data["rounded"] = plain(self.compared)
        if compared is not None:
            data["change"] = plain(exact(compared - self.compared))
        if self.part is not None and self.part.reach is not None:
            margin = self.so_far(leaf).margin(tiled.amount if compared is None else compared)
            data["part"] = {
                "reach": self.part.reach.isoformat(),
                "pieces": [piece_data(p) for p in self.part.pieces],
                "value": plain(self.part.amount),
                "margin": plain(exact(margin)),
            }
        return data

    def cited(self) -> list[str]:
        """The facts it rests on."""
        return [p.id for tiled in (self.tiled, self.part) if tiled is not None for p in tiled.pieces]

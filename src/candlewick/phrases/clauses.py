"""Does to a strategy what one clause says."""

import re
from typing import Any

from candlewick.indicators.registry import INDICATORS
from candlewick.phrases.conditions import Conditions
from candlewick.phrases.draft import Draft, Json, NotUnderstood, number_of, timeframe_of
from candlewick.phrases.tokens import Word
from candlewick.phrases.values import Parts, the_word, word_of, words_of

_TAG_LENGTH = 60
_USUAL_LOOKBACK = 48
_OPPOSITES = {"above": "below", "below": "above"}
_SIGNS = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
_RISK_LOSS = "stop_loss"


class Clauses(Conditions):
    """`text` is the clause as it was written; rules are tagged with it."""

    text = ""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self.waiting: Json | None = None  # a condition of which nobody said what it is for

    # Rules

    def buy(self, parts: Parts) -> None:
        self._rule("entries", "long", parts[-1])

    def short(self, parts: Parts) -> None:
        self.draft.data["can_short"] = True
        self._rule("entries", "short", parts[-1])

    def sell(self, parts: Parts) -> None:
        self._rule("exits", "long", parts[-1])

    def cover(self, parts: Parts) -> None:
        self._rule("exits", "short", parts[-1])

    def _rule(self, way: str, side: str, condition: Json) -> None:
        rules = self.draft.items(way)
        tags = {rule.get("tag") for rule in rules if rule.get("side", "long") == side}
        rules.append(
            {"kind": "rule", "tag": _tag(self.text, tags), "side": side, "when": condition}
        )

    def opposite(self, _parts: Parts) -> None:
        self._opposite("long")

    def opposite_cover(self, _parts: Parts) -> None:
        self._opposite("short")

    def _opposite(self, side: str) -> None:
        entries = [e for e in self.draft.items("entries") if e.get("side", "long") == side]
        if len(entries) != 1:
            raise NotUnderstood(
                "Say when to sell: the opposite is clear only where there is one rule to buy."
            )
        self._rule("exits", side, _reversed(entries[0]["when"]))

    def filter(self, parts: Parts) -> None:
        self._require(parts[-1])

    def bare(self, parts: Parts) -> None:
        condition: Json = parts[0]
        if _is_of_time(condition):
            self._require(condition)
        else:
            self.waiting = condition

    def _require(self, condition: Json) -> None:
        entries = [entry for entry in self.draft.items("entries") if entry.get("kind") == "rule"]
        if not entries:
            raise NotUnderstood("Say when to buy first; then this can be required as well.")
        for entry in entries:
            entry["when"] = {"kind": "all", "conditions": [entry["when"], condition]}
        self.draft.note(f"Required of every rule that opens a trade: {self.text}.")

    # Ends of trades

    def sell_at(self, parts: Parts) -> None:
        self._target(_share(parts), 0)

    def sell_below(self, parts: Parts) -> None:
        self.stop(parts)

    def sell_after(self, parts: Parts) -> None:
        stop: Json = {"minutes": self._minutes(parts)}
        above = next((part for part in parts if isinstance(part, float)), None)
        if above is None:
            # Nothing earns a thousand times its stake, so that this closes every trade.
            stop["unless_above"] = 100.0
        else:
            stop["unless_above"] = above
        self.draft.risk["time_stop"] = stop
        unless = "" if above is None else f" unless its profit is above {above * 100:g} %"
        self.draft.note(f"A trade is closed after {stop['minutes']} minutes{unless}.")

    def unless(self, parts: Parts) -> float:
        percent = word_of(parts, "PERCENT")
        return abs(percent.value) / 100 if percent else 0.0

    def stop(self, parts: Parts) -> None:
        loss = _share(parts)
        if not 0 < loss < 1:
            raise NotUnderstood("A stop loss lies between 0 and 100 %. Say 'stop loss 5%'.")
        self.draft.risk[_RISK_LOSS] = loss
        self.draft.note(f"Stop at a loss of {loss * 100:g} %.")

    def range_stop(self, parts: Parts) -> None:
        times, indicator = the_word(parts, "NUMBER"), the_word(parts, "IND")
        known = INDICATORS[indicator.value]
        if len(known.outputs) != 1:
            raise NotUnderstood(f"A stop cannot follow {known.title}. Say '2 atr stop'.")
        given = next((part for part in parts if isinstance(part, tuple)), ())
        settings = {s.name: int(v) for s, v in zip(known.settings, given, strict=False)}
        name = self.draft.use(known, settings, None, None)
        self.draft.risk["range_stop"] = {"indicator": name, "times": number_of(times)}
        self.draft.note(
            f"The stop follows the price at {times.value:g} times the {known.title.lower()}."
        )

    def trail(self, parts: Parts) -> None:
        shares = [abs(word.value) / 100 for word in words_of(parts, "PERCENT")]
        trailing: Json = {"distance": _rounded(shares[0])}
        text = f"The stop follows the price {shares[0] * 100:g} % away"
        if len(shares) > 1:
            trailing |= {"offset": _rounded(shares[1]), "only_after_offset": True}
            text += f" from {shares[1] * 100:g} % profit on"
        self.draft.risk["trailing"] = trailing
        self.draft.note(f"{text}.")

    def step(self, parts: Parts) -> tuple[float, int]:
        minutes = next((part for part in parts if isinstance(part, int)), 0)
        return _share(parts), minutes

    def later(self, parts: Parts) -> int:
        return self._minutes(parts)

    def target(self, parts: Parts) -> None:
        steps = [part for part in parts if isinstance(part, tuple)]
        if word_of(parts, "PERCENT") is not None:
            minutes = next((part for part in parts if isinstance(part, int)), 0)
            steps.insert(0, (_share(parts), minutes))
        self.draft.risk["targets"] = []
        for profit, minutes in steps:
            self._target(profit, minutes)

    def _target(self, profit: float, minutes: int) -> None:
        targets = [t for t in self.draft.risk.get("targets", []) if t["minutes"] != minutes]
        targets.append({"minutes": minutes, "profit": profit})
        self.draft.risk["targets"] = sorted(targets, key=lambda target: float(target["minutes"]))
        after = f" after {minutes} minutes" if minutes else ""
        self.draft.note(f"Take a profit of {profit * 100:g} %{after}.")

    def break_even(self, parts: Parts) -> None:
        self._lock(_share(parts), 0.0)

    def lock(self, parts: Parts) -> None:
        locked, profit = (abs(word.value) / 100 for word in words_of(parts, "PERCENT"))
        self._lock(_rounded(profit), _rounded(locked))

    def _lock(self, profit: float, locked: float) -> None:
        steps = [s for s in self.draft.risk.get("steps", []) if s["profit"] != profit]
        steps.append({"profit": profit, "lock": locked})
        self.draft.risk["steps"] = sorted(steps, key=lambda step: float(step["profit"]))
        where = "the entry" if not locked else f"{locked * 100:g} % profit"
        self.draft.note(f"From {profit * 100:g} % profit on, the stop lies at {where}.")

    def _minutes(self, parts: Parts) -> int:
        duration = word_of(parts, "DURATION")
        if duration is not None:
            return self.draft.minutes(duration.value)
        number = the_word(parts, "NUMBER")
        own = (float(self.draft.timeframe[:-1]), self.draft.timeframe[-1])
        return int(number.value) * self.draft.minutes(own)

    # Sizes and pauses

    def risked(self, parts: Parts) -> None:
        self.draft.position["size"] = {"kind": "risk", "share": _share(parts)}
        self.draft.note(f"Each trade risks {_share(parts) * 100:g} % of the wallet until its stop.")

    def sized(self, parts: Parts) -> None:
        number = word_of(parts, "NUMBER")
        share = float(number.value) if number else _share(parts)
        self.draft.position["size"] = {"kind": "share", "share": share}
        self.draft.note(f"Each trade uses {share * 100:g} % of the stake.")

    def sized_by_wallet(self, _parts: Parts) -> None:
        raise NotUnderstood(
            "The stake is set when you run it. Say 'use 50% of the stake' or 'risk 1% per trade'."
        )

    def added(self, parts: Parts) -> None:
        drops = sorted(_rounded(abs(word.value) / 100) for word in words_of(parts, "PERCENT"))
        self._add(drops, parts)

    def added_evenly(self, parts: Parts) -> None:
        number = word_of(parts, "NUMBER")
        each = _share(parts)
        self._add(
            [_rounded(each * (n + 1)) for n in range(int(number.value) if number else 1)], parts
        )

    def amount(self, parts: Parts) -> Json:
        return {"size": number_of(parts[0].value)}

    def _add(self, drops: list[float], parts: Parts) -> None:
        size = next((part["size"] for part in parts if isinstance(part, dict)), 1)
        self.draft.position["added"] = [{"drop": drop, "size": size} for drop in drops]
        at = ", ".join(f"{drop * 100:g} %" for drop in drops)
        self.draft.note(f"Adds {size:g} times the first stake at a loss of {at}.")

    def leverage(self, parts: Parts) -> None:
        number = the_word(parts, "NUMBER")
        self.draft.position["leverage"] = number_of(number)
        self.draft.note(f"Trades with leverage {number.value:g}, on futures markets only.")

    def wait(self, parts: Parts) -> None:
        number = the_word(parts, "NUMBER")
        self._protect({"kind": "cooldown", "stop": number_of(number)})
        self.draft.note(f"Waits {number.value:g} candles after a trade of a pair.")

    def guard(self, parts: Parts) -> None:
        numbers = [int(word.value) for word in words_of(parts, "NUMBER")]
        stop, trades = numbers[:2]
        lookback = numbers[2] if len(numbers) > 2 else _USUAL_LOOKBACK  # noqa: PLR2004 - the third is optional
        self._protect({"kind": "stop_guard", "lookback": lookback, "trades": trades, "stop": stop})
        self.draft.note(f"Pauses {stop} candles after {trades} stop losses within {lookback}.")

    def _protect(self, protection: Json) -> None:
        kept = [p for p in self.draft.items("protections") if p["kind"] != protection["kind"]]
        self.draft.data["protections"] = [*kept, protection]

    # Changes

    def timeframe(self, parts: Parts) -> None:
        duration = word_of(parts, "DURATION")
        found = timeframe_of(duration.value) if duration else None
        if found is None:
            raise NotUnderstood(
                "There are no such candles. Choose 1m, 5m, 15m, 30m, 1h, 2h, 4h, 8h, 12h, 1d or 1w."
            )
        self.draft.data["timeframe"] = found

    def removed(self, parts: Parts) -> str:
        return str(parts[0].type)

    def remove(self, parts: Parts) -> None:
        for kind in (part for part in parts if isinstance(part, str) and not hasattr(part, "type")):
            self._remove(kind)
        self.draft.note(f"Done: {self.text}.")

    def _remove(self, kind: str) -> None:
        risk, position = self.draft.risk, self.draft.position
        match kind:
            case "TARGET":
                risk.pop("targets", None)
            case "TRAIL":
                risk.pop("trailing", None)
                risk.pop("range_stop", None)
            case "BREAKEVEN" | "LOCK":
                risk.pop("steps", None)
            case "EXITS":
                self.draft.data["exits"] = [
                    e for e in self.draft.items("exits") if e["kind"] == "code"
                ]
            case "PROTECTIONS":
                self.draft.data["protections"] = []
            case "LEVERAGE":
                position.pop("leverage", None)
            case _:
                position.pop("added", None)

    def change(self, parts: Parts) -> None:
        indicator, number = the_word(parts, "IND"), words_of(parts, "NUMBER")[-1]
        given = next((part for part in parts if isinstance(part, tuple)), ())
        self._reset(indicator, given[0] if given else None, float(number.value))

    def exchange(self, parts: Parts) -> None:
        new, old = words_of(parts, "IND")
        settings = [part for part in parts if isinstance(part, tuple)]
        if new.value != old.value:
            raise NotUnderstood(
                "One indicator cannot take another's place by itself. Say the whole rule, beginning with 'instead:'."
            )
        self._reset(old, settings[1][0], settings[0][0])

    def _reset(self, indicator: Word, old: float | None, new: float) -> None:
        known = INDICATORS[indicator.value]
        setting = known.settings[0] if known.settings else None
        if setting is None:
            raise NotUnderstood(f"{known.title} has no settings.")
        uses = [
            use for use in self._all_uses()
            if use.get("indicator") == known.name and old in {None, use["settings"].get(setting.name)}
        ]  # fmt: skip
        if len(uses) != 1:
            many = "more than one" if uses else "no"
            raise NotUnderstood(
                f"The strategy has {many} {known.title} of that kind. Say which one: 'change {known.name} 14 to 21'."
            )
        uses[0]["settings"][setting.name] = int(new) if setting.is_whole else new
        self.draft.note(f"{known.title}: {setting.title.lower()} {new:g}.")

    def _all_uses(self) -> list[Json]:
        frames: list[Json] = self.draft.items("informatives")
        return [
            *self.draft.items("indicators"),
            *(use for frame in frames for use in frame["indicators"]),
        ]


def _share(parts: Parts) -> float:
    percent = the_word(parts, "PERCENT")
    return _rounded(abs(float(percent.value)) / 100)


def _rounded(share: float) -> float:
    return round(share, 6)


def _tag(text: str, taken: set[Any]) -> str:
    """Name a rule after what it says, without what only introduces it."""
    plain = re.sub(r"[^A-Za-z0-9 _.,:%+<>=-]+", " ", text)
    plain = re.sub(r"^.*?\b(when|if|once)\b", "", plain, count=1) or plain
    plain = " ".join(re.sub(r"^[^A-Za-z0-9]+", "", plain).split()) or "rule"
    short = plain if len(plain) <= _TAG_LENGTH else plain[:_TAG_LENGTH].rpartition(" ")[0]
    found, number = short, 2
    while found in taken:
        found, number = f"{short[: _TAG_LENGTH - 3]} {number}", number + 1
    return found


def _is_of_time(condition: Json) -> bool:
    inner = condition["condition"] if condition["kind"] == "not" else condition
    return inner["kind"] in {"time", "weekdays"}


def _reversed(condition: Json) -> Json:
    """Return the opposite; of a crossing with other conditions beside it, that of the crossing."""
    match condition["kind"]:
        case "all":
            crossings = [each for each in condition["conditions"] if each["kind"] == "crosses"]
            if len(crossings) == 1:
                return _reversed(crossings[0])
        case "crosses":
            return {**condition, "direction": _OPPOSITES[condition["direction"]]}
        case "compare" if condition["sign"] in _SIGNS and isinstance(condition["right"], dict):
            return {**condition, "sign": _SIGNS[condition["sign"]]}
        case "pattern":
            turned = "bearish" if condition["direction"] == "bullish" else "bullish"
            return {**condition, "direction": turned}
    raise NotUnderstood("The opposite is clear of one crossing only. Say when to sell.")

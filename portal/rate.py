"""Sliding windows: how often something may happen, exact under concurrency, per organization and per person (S06).

One Lua script in the broker's Valkey, which never evicts, looks at every window and takes a place in all of them or in
none. The clock is Valkey's own: workers whose clocks differ share one window. What is refused takes no place.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import redis

from portal import tenancy, trail, valkey

RETRY_AFTER_S = 5
"""How long to wait where the windows cannot be asked at all."""

_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local length = tonumber(ARGV[1])
local wait, full = 0, 0
for i = 1, #KEYS / 2 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - length)
  local used, limit = redis.call('ZCARD', KEYS[i]), tonumber(ARGV[i + 2])
  if used >= limit then
    local leaves = redis.call('ZRANGE', KEYS[i], used - limit, used - limit, 'WITHSCORES')
    local left = tonumber(leaves[2]) + length - now
    if left > wait then wait, full = left, i end
  end
end
local ms = math.ceil(length / 1000)
if full > 0 then
  local burst = KEYS[#KEYS / 2 + full]
  local is_first = redis.call('SET', burst, 1, 'NX', 'PX', ms)
  if not is_first then redis.call('PEXPIRE', burst, ms) end
  return {wait, full, is_first and 1 or 0}
end
for i = 1, #KEYS / 2 do
  redis.call('ZADD', KEYS[i], now, ARGV[2])
  redis.call('PEXPIRE', KEYS[i], ms)
end
return {0, 0, 0}
"""
"""KEYS: the windows, then for each the mark of its burst. ARGV: length in microseconds, a unique member, the limits.

An entry that is exactly one length old has left. A burst ends when nothing was refused for one length.
"""


class Limited(Exception):
    """Not now: nothing was written. `status` and `retry_after_s` are for HTTP, the message is for the person."""

    status = 429

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_s = retry_after_s

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after_s)}


class LimitsUnknown(Limited):
    """The windows cannot be asked. Unknown never passes: what is limited waits; reading pages is not limited."""

    status = 503


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` places for a holder: the organization, or a person in it."""

    scope: str
    holder: str
    limit: int


def take(kind: str, says: str, windows: Sequence[Window], length_s: int) -> None:
    """Take a place in every window of the current organization, or in none and raise `Limited`.

    `says` names what is counted, in the plural. The first refusal of a burst is recorded as `rate.reached`; call it
    outside a transaction, so that the record stays.
    """
    organization = tenancy.organization_id()
    names = [f"rate:{{{organization}}}:{kind}:{window.scope}:{window.holder}" for window in windows]
    given = [length_s * 1_000_000, uuid.uuid4().hex, *(window.limit for window in windows)]
    try:
        wait_us, full, is_first = _run([*names, *(f"{name}:burst" for name in names)], given)
    except redis.RedisError as error:
        raise LimitsUnknown(
            f"{says.capitalize()} cannot be taken just now: how many there were cannot be counted. Try again in"
            f" {RETRY_AFTER_S} seconds; nothing was kept of this one.",
            RETRY_AFTER_S,
        ) from error
    if not full:
        return
    window, retry_after_s = windows[full - 1], max(1, math.ceil(wait_us / 1_000_000))
    if is_first:
        _record(kind, window, length_s)
    whose = "Your organization has" if window.scope == "organization" else "You have"
    raise Limited(
        f"{whose} reached the limit of {window.limit:,} {says} in {_length(length_s)}. Try again in"
        f" {retry_after_s} {'second' if retry_after_s == 1 else 'seconds'}; nothing was kept of this one. An admin can"
        " change the limit under Policies.",
        retry_after_s,
    )


def _run(keys: list[str], given: list[Any]) -> tuple[int, int, int]:
    found = valkey.windows().eval(_TAKE, len(keys), *keys, *given)
    wait, full, is_first = cast(list[int], found)
    return int(wait), int(full), int(is_first)


def _length(seconds: int) -> str:
    return "a minute" if seconds == 60 else f"{seconds:,} seconds"


def _record(kind: str, window: Window, length_s: int) -> None:
    trail.record(
        trail.Event(
            "rate.reached",
            trail.Subject(window.scope, window.holder),
            verdict="refused",
            data={"kind": kind, "scope": window.scope, "limit": window.limit, "window_s": length_s},
        )
    )

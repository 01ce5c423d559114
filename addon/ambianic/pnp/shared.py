"""What the nodes of a registrar share, and the words they say to each other."""

import msgspec

TTL = 60
"""Seconds that the presence of a peer is good for."""
PREFIX = "ambianic-pnp:"


class Relay(msgspec.Struct, tag="relay", array_like=True, gc=False):
    """Deliver a message; it has `left` seconds."""

    kind: str
    src: str
    dst: str
    text: bytes
    left: float


class Evict(msgspec.Struct, tag="evict", array_like=True, gc=False):
    """Close the socket that held a claim: its id is used elsewhere now, by a peer with this digest of a token."""

    identifier: str
    held: str
    token: str


type Word = Relay | Evict

encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Relay | Evict).decode

# A claim is "node|digest of the token|serial". Valkey runs each script without anything in between.

CLAIM = """
-- KEYS: presence, counter of new sockets | ARGV: identifier, claim, digest, proven, new sockets a minute, TTL, prefix of channels
local proven = ARGV[4] == '1'
if not proven then
  local count = redis.call('INCR', KEYS[2])
  if count == 1 then redis.call('EXPIRE', KEYS[2], 60) end
  if count > tonumber(ARGV[5]) then return 'rate' end
end
local held = redis.call('GET', KEYS[1])
if held then
  local node, digest = string.match(held, '^([^|]*)|([^|]*)|')
  local channel = ARGV[7] .. node
  if not proven and digest ~= ARGV[3] and redis.call('PUBSUB', 'NUMSUB', channel)[2] > 0 then return 'taken' end
  redis.call('PUBLISH', channel, cmsgpack.pack({'evict', ARGV[1], held, ARGV[3]}))
end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[6])
return 'ok'
"""

RELEASE = """
-- KEYS: presence | ARGV: claim
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""

REFRESH = """
-- KEYS: presences | ARGV: TTL, claims. Returns those that are somebody else's now.
local lost = {}
for i, key in ipairs(KEYS) do
  local held = redis.call('GET', key)
  if held and held ~= ARGV[i + 1] then
    lost[#lost + 1] = ARGV[i + 1]
  else
    redis.call('SET', key, ARGV[i + 1], 'EX', ARGV[1])
  end
end
return lost
"""

ANNOUNCE = """
-- KEYS: room | ARGV: pid, label, now in s, TTL, most hubs
local others, flat = 0, redis.call('HGETALL', KEYS[1])
for i = 1, #flat, 2 do
  if tonumber(string.match(flat[i + 1], '^(%d+)|')) <= tonumber(ARGV[3]) then
    redis.call('HDEL', KEYS[1], flat[i])
  elseif flat[i] ~= ARGV[1] then
    others = others + 1
  end
end
if others >= tonumber(ARGV[5]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%d|%s', ARGV[3] + ARGV[4], ARGV[2]))
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
"""

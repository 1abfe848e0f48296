"""The scripts that Redis runs for the record streams: each is one step that happens whole or not at all.

What they keep, under one prefix:

    records:<job>:<number>   stream: a batch's records; the id of an entry is its last row + 1
    records:<job>            hash: number of a batch -> the row after its last; outlives the streams a little, so that
                             what is past its time can be told from what has not been written yet
    events:<job>             stream: the last few announcements
    sizes                    hash: job -> bytes of its records
    total                    the sum of them
    until                    sorted set: job -> when its records go, in milliseconds

Rows are beyond what Lua's numbers hold exactly: they come, go and are compared as the texts that they are.
"""

from typing import Final

#: Before every key.
PREFIX: Final = "testdata:"

#: How long a job's hash outlives its records, in milliseconds.
_GRACE_MS: Final = 24 * 3600 * 1000

_COMMON: Final = f"""
local prefix = '{PREFIX}'
local grace = {_GRACE_MS}
local job = ARGV[1]
local ends, events = prefix .. 'records:' .. job, prefix .. 'events:' .. job
local sizes, total, untils = prefix .. 'sizes', prefix .. 'total', prefix .. 'until'
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local function stream(number) return prefix .. 'records:' .. job .. ':' .. number end
local function beyond(row, other)
  if #row ~= #other then return #row > #other end
  return row > other
end
local function forget(id)
  redis.call('DECRBY', total, redis.call('HGET', sizes, id) or 0)
  redis.call('HDEL', sizes, id)
  redis.call('ZREM', untils, id)
end
local function sweep()
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', untils, '-inf', now, 'LIMIT', 0, 100)) do forget(id) end
end
"""

#: job, number, start of the batch, first row, count, rows, bytes, limit of the job, limit of all, milliseconds to live,
#: the row after the last.
#: Gives {'added'}, {'past'}, {'gap', end}, {'gone'}, {'job', bytes} or {'all', bytes}.
APPEND: Final = (
    _COMMON
    + """
local number, first, size, after = ARGV[2], ARGV[4], tonumber(ARGV[7]), ARGV[11]
local key = stream(number)
local known = redis.call('HGET', ends, number)
if known and redis.call('EXISTS', key) == 0 then return {'gone'} end
local stop = known or ARGV[3]
if beyond(first, stop) then return {'gap', stop} end
if not beyond(after, stop) then return {'past'} end
sweep()
local held = tonumber(redis.call('HGET', sizes, job) or 0)
if held + size > tonumber(ARGV[8]) then return {'job', held} end
local all = tonumber(redis.call('GET', total) or 0)
if all + size > tonumber(ARGV[9]) then return {'all', all} end
redis.call('XADD', key, after .. '-0', 'n', ARGV[5], 'r', ARGV[6])
redis.call('PEXPIRE', key, ARGV[10])
redis.call('HSET', ends, number, after)
redis.call('PEXPIRE', ends, ARGV[10] + grace)
redis.call('HINCRBY', sizes, job, size)
redis.call('INCRBY', total, size)
redis.call('ZADD', untils, now + ARGV[10], job)
return {'added'}
"""
)

#: job, number. Gives {'rows', end}, {'none'} or {'gone'}.
END: Final = (
    _COMMON
    + """
local known = redis.call('HGET', ends, ARGV[2])
if not known then return {'none'} end
if redis.call('EXISTS', stream(ARGV[2])) == 0 then return {'gone'} end
return {'rows', known}
"""
)

#: job, milliseconds. Nought: now.
EXPIRE: Final = (
    _COMMON
    + """
local left = tonumber(ARGV[2])
for _, number in ipairs(redis.call('HKEYS', ends)) do
  if left > 0 then redis.call('PEXPIRE', stream(number), left) else redis.call('UNLINK', stream(number)) end
end
redis.call('PEXPIRE', ends, left + grace)
if left > 0 then
  if redis.call('HEXISTS', sizes, job) == 1 then redis.call('ZADD', untils, now + left, job) end
else
  if redis.call('HEXISTS', sizes, job) == 1 then forget(job) end
  redis.call('XADD', events, 'MAXLEN', '8', '*', 'state', 'expired')
  redis.call('PEXPIRE', events, grace)
end
"""
)

#: job (any). Gives the bytes of all records, those past their time left out.
USED: Final = (
    _COMMON
    + """
sweep()
return tonumber(redis.call('GET', total) or 0)
"""
)

#: job, state, milliseconds to live.
ANNOUNCE: Final = (
    _COMMON
    + """
redis.call('XADD', events, 'MAXLEN', '8', '*', 'state', ARGV[2])
redis.call('PEXPIRE', events, ARGV[3])
"""
)

-- For wrk: sends the requests of a file, each once, and prints what was measured as one JSON line.
-- The file: for each request a line with its length in bytes, then its bytes.
local requests = {}
-- Read from outside when it is over, so not local.
position = 0
prepared = 0

function setup(thread)
  finished = thread
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  while true do
    local length = file:read("*l")
    if not length then break end
    requests[#requests + 1] = file:read(tonumber(length))
  end
  file:close()
  prepared = #requests
  -- What is in memory now stays; looking through it again and again would slow the load down.
  collectgarbage("stop")
end

function request()
  position = position + 1
  return requests[(position - 1) % #requests + 1]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"durationUs":%d,"p50Us":%d,"p99Us":%d,"failed":%d,"refused":%d,"sent":%d,"prepared":%d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, errors.status,
    finished:get("position"), finished:get("prepared")
  ))
end

-- One signed body, a new delivery id for each request: the signature covers the body alone.
-- Arguments: the body's file, the signature, a prefix that makes the ids of this load unique.
local head, tail, prefix
local count = 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local body = file:read("*a")
  file:close()
  prefix = args[3]
  local request = wrk.format("POST", nil, {
    ["Host"] = wrk.headers["Host"],
    ["Content-Type"] = "application/json",
    ["User-Agent"] = "GitHub-Hookshot/0000000",
    ["X-GitHub-Event"] = "issues",
    ["X-GitHub-Hook-ID"] = "1",
    ["X-GitHub-Delivery"] = "DELIVERY-ID",
    ["X-Hub-Signature-256"] = args[2],
  }, body)
  local from, to = request:find("DELIVERY-ID", 1, true)
  head, tail = request:sub(1, from - 1), request:sub(to + 1)
end

function request()
  count = count + 1
  return head .. prefix .. "-" .. count .. tail
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end

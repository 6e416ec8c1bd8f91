-- wrk's part: POST JSON objects from a file, and say what came of it as one line of JSON. Arguments: the
-- file; the key, empty where the address has it; a word that makes ids unique, empty for bodies without ids.
local lines, count, tag = {}, 0, ""

function init(args)
  for line in io.lines(args[1]) do lines[#lines + 1] = line end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  if args[2] ~= "" then wrk.headers["Authorization"] = "Bearer " .. args[2] end
  tag = args[3]
end

function request()
  count = count + 1
  local body = lines[count % #lines + 1]
  if tag ~= "" then body = '{"id":"' .. tag .. "-" .. count .. '",' .. body:sub(2) end
  return wrk.format(nil, nil, nil, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end

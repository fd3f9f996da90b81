-- wrk: pushes rows that were never pushed before, one a request.
local serial = 0

function init() math.randomseed(os.time()) end

function request()
   serial = serial + 1
   local at = os.date("!%Y-%m-%dT%H:%M:%S", 1735689600 + math.floor(serial / 1000)) .. string.format(".%03dZ", serial % 1000)
   local columns = {}
   for index = 0, 9 do columns[#columns + 1] = string.format('"f%d":[%d]', index, math.random(0, 99999)) end
   return wrk.format("POST", "/push", {["Content-Type"] = "application/json"}, string.format(
      '{"push_source_name":"rows_push","to":"online_and_offline","df":{"entity":[%d],"event_timestamp":["%s"],%s}}',
      math.random(0, 99999), at, table.concat(columns, ",")))
end

function done(summary, latency)
   io.write(string.format("figures %.2f %.3f %.3f %d %d\n", summary.requests / summary.duration * 1e6,
      latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, summary.errors.status + summary.errors.timeout, summary.requests))
end

-- wrk: posts the lines of the file named by BODIES in turn, and counts answers other than 2xx.
local bodies, index = {}, 0
for line in io.lines(os.getenv("BODIES")) do bodies[#bodies + 1] = line end
local path = os.getenv("POST_PATH")

function request()
   index = index % #bodies + 1
   return wrk.format("POST", path, {["Content-Type"] = "application/json"}, bodies[index])
end

function done(summary, latency)
   io.write(string.format("figures %.2f %.3f %.3f %d\n", summary.requests / summary.duration * 1e6,
      latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
      summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end

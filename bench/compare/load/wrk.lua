-- wrk's own lines round what they print; this one does not.
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    'figures {"us":%d,"requests":%d,"bytes":%d,"wrongStatus":%d,"broken":%d,"late":%d,"p99Us":%d}\n',
    summary.duration, summary.requests, summary.bytes, e.status, e.connect + e.read + e.write, e.timeout,
    latency:percentile(99)))
end

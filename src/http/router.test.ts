import { expect, setDefaultTimeout, test } from "bun:test";
import { isCached } from "../base/cache/cached.ts";
import { patienceMs } from "../../test/support/patience.ts";
import { table } from "../api/table.ts";
import { httpLimits } from "./limits.ts";
import { Router } from "./router.ts";

setDefaultTimeout(patienceMs);

const noQuery = new URLSearchParams();

test("a cached path does not keep the URL in memory from which it was cut", () => {
  const router = new Router(table);
  const longQuery = "q".repeat(httpLimits.knownPathsBytes);
  Bun.gc(true);
  const before = process.memoryUsage.rss();
  for (let at = 0; at < 64; at += 1) {
    // A flat string, as the runtime passes it.
    const ask = () => {
      const url = Buffer.from(`/v2/library/image-${at}/tags/list?${longQuery}`).toString("latin1");
      const match = router.match("GET", url.slice(0, url.indexOf("?")), noQuery);
      return match.kind === "row" && isCached(match.raw);
    };
    // A path that is requested once is not cached.
    expect([ask(), ask()]).toEqual([false, true]);
    Bun.gc(true);
  }
  expect(process.memoryUsage.rss() - before).toBeLessThan(32 * longQuery.length);
});

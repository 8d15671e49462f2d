import { expect, test } from "bun:test";
import { table } from "../api/table.ts";
import { limits } from "../base/limits.ts";
import { Router } from "./router.ts";

const noQuery = new URLSearchParams();

test("a path that is remembered keeps nothing of the URL that it was cut out of", () => {
  const router = new Router(table);
  const longQuery = "q".repeat(limits.knownPathsBytes);
  Bun.gc(true);
  const before = process.memoryUsage.rss();
  for (let at = 0; at < 64; at += 1) {
    // As the runtime gives it: one flat text.
    const url = Buffer.from(`/v2/library/image-${at}/tags/list?${longQuery}`).toString("latin1");
    expect(router.match("GET", url.slice(0, url.indexOf("?")), noQuery).kind).toBe("row");
    Bun.gc(true);
  }
  expect(process.memoryUsage.rss() - before).toBeLessThan(32 * longQuery.length);
});

/**
 * Measures the cost of the router. It compares Lading's table router, which matches from the right, with Bun's own
 * `routes` for the same requests, in nanoseconds for each match or as a difference of whole requests.
 *
 *   bun bench/router.ts
 */
import { table } from "../src/api/table.ts";
import { Router } from "../src/http/router.ts";

const rounds = 200_000;
const digest = `sha256:${"a".repeat(64)}`;
const targets: readonly (readonly [string, string])[] = [
  ["GET", "/v2/"],
  ["GET", "/v2/library/busybox/manifests/latest"],
  ["HEAD", `/v2/team/app/blobs/${digest}`],
  ["PATCH", "/v2/team/app/blobs/uploads/5586ec55-d95f-4436-b3e7-1d7283bbc31e"],
  ["GET", "/v2/team/blobs/uploads/tags/list"],
];

const router = new Router(table);
const query = new URLSearchParams();
for (const [method, path] of targets) {
  for (let i = 0; i < rounds / 10; i += 1) router.match(method, path, query);
  const start = Bun.nanoseconds();
  for (let i = 0; i < rounds; i += 1) router.match(method, path, query);
  const each = (Bun.nanoseconds() - start) / rounds;
  process.stdout.write(`${each.toFixed(0).padStart(6)} ns  ${method} ${path.slice(0, 60)}\n`);
}

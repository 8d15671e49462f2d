/** Request headers: those of clients, with secrets, and excessive ones. */
import type { Random } from "../crash/random.ts";
import { basicCredentials, canary } from "./canary.ts";
import type { Draft } from "./message.ts";
import { fragment, longText, maybeSpoil } from "./texts.ts";

type Maker = (random: Random) => readonly [name: string, value: string];

const makers: readonly Maker[] = [
  () => ["Authorization", `Basic ${basicCredentials}`],
  () => ["Authorization", `Bearer ${canary}`],
  (random) => ["Authorization", maybeSpoil(random, `Digest username="x", response="${canary}"`, 0.3)],
  () => ["Proxy-Authorization", `Basic ${basicCredentials}`],
  () => ["Cookie", `session=${canary}; _csrf=${canary}`],
  () => ["X-Registry-Auth", basicCredentials],
  (random) => ["User-Agent", maybeSpoil(random, "docker/28.0 (linux) UpstreamClient(Go-http-client/1.1)", 0.4)],
  () => ["User-Agent", "\x1b[31mred\x1b[0m"],
  () => ["User-Agent", "\x9b31m\x85\x7f\xa0\xad"],
  () => ["User-Agent", `"},{"message":"forged"`],
  (random) => ["Accept", random.pick(["*/*", "application/json", "", "x".repeat(2_000), `a/b;token=${canary}`])!],
  (random) => ["Range", rangeText(random)],
  (random) => ["If-None-Match", random.pick(["*", `"x"`, "W/", `"${canary}"`, ",".repeat(500), '"'])!],
  (random) => [
    "Connection",
    random.pick(["close", "keep-alive", "Content-Length", "Upgrade", "Transfer-Encoding, close"])!,
  ],
  (random) => ["Upgrade", random.pick(["h2c", "websocket", "TLS/1.0"])!],
  () => ["Expect", "100-continue"],
  () => ["Expect", "200-maybe"],
  () => ["X-Forwarded-Host", "evil.example"],
  () => ["X-Forwarded-Proto", "gopher"],
  () => ["Forwarded", "host=evil.example;proto=gopher"],
  () => ["X-HTTP-Method-Override", "DELETE"],
  () => ["X-Original-URL", "/metrics"],
  (random) => ["Host", random.pick(["evil.example", "127.0.0.1:80", "a/b?c@d", "a b", "", "[::1", "x:99999", "%00"])!],
  (random) => ["TE", random.pick(["trailers", "chunked", "gzip;q=0"])!],
  () => ["Trailer", "X-Checksum"],
  () => ["Content-Encoding", "gzip"],
  (random) => ["Content-Type", maybeSpoil(random, "application/vnd.oci.image.manifest.v1+json; charset=utf-8", 0.5)],
  () => ["Origin", "https://evil.example"],
  (random) => [`X-${fragment(random)}`, canary],
  (random) => ["X-Odd", `a${fragment(random)}${String.fromCharCode(random.between(0, 255))}b`],
  () => ["X-Split", "a\r\nX-Injected: yes"],
  () => ["X-Split", "a\nX-Injected: yes"],
  () => ["X-Split", "a\r\n folded"],
];

export function addHeaders(random: Random, { headers }: Draft): void {
  while (random.chance(0.3)) {
    const [name, value] = random.pick(makers)!(random);
    headers.push([name, value]);
    if (random.chance(0.05)) headers.push([name, value]);
  }
  if (random.chance(0.003)) flood(random, headers);
}

/** Many header lines, or a few long ones, below and above the limits of the HTTP server. */
function flood(random: Random, headers: Draft["headers"]): void {
  const lines = random.pick([50, 150, 190, 199, 200, 201, 500, 5_000])!;
  const value = random.chance(0.7) ? "y" : longText(random);
  for (let line = 0; line < lines; line += 1) headers.push([`X-Flood-${line}`, value]);
}

export function rangeText(random: Random): string {
  const edge = () =>
    random.pick(["0", "1", "4", "99", "300", "2047", "2048", "999999999999", "18446744073709551616", ""])!;
  const many = random.chance(0.1) ? random.pick([2, 17, 1_000])! : 1;
  const ranges = Array.from({ length: many }, () => `${edge()}-${edge()}`);
  return maybeSpoil(random, `bytes=${ranges.join(",")}`, 0.1);
}

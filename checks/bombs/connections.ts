/** Loads of many connections, of slow connections, and of clients that do not read their responses. */
import { draftOf, compose } from "../fuzz/message.ts";
import { Wire } from "../fuzz/wire.ts";
import type { Bomb } from "./bomb.ts";
import { config, largeBlob, largeManifest, names } from "./ground.ts";
import { count, get, volley, type Replies } from "./volley.ts";

const flood = (lines: number, value: string) =>
  get(
    "/v2/",
    Array.from({ length: lines }, (_, line) => [`X-Flood-${line}`, value] as const),
  );
const ranges = `bytes=${Array(1_000).fill("0-").join(",")}`;
const parts = `bytes=${Array.from({ length: 1_024 }, (_, index) => `${60_000 * index}-${60_000 * index + 50_000}`).join(",")}`;
const blobTarget = `/v2/${names.blob}/blobs/${largeBlob.digest}`;

/** Sends request headers and bodies one byte at a time. */
async function trickle(port: number, seconds: number): Promise<Replies> {
  const request = draftOf("PUT", `/v2/${names.manifests}/manifests/slow`, Buffer.alloc(1_000, " "));
  const bytes = compose(request).bytes;
  const wires = await Promise.all(Array.from({ length: 1_000 }, () => Wire.open(port)));
  const headBytes = bytes.length - 1_000;
  for (let tick = 0; tick < seconds * 4; tick += 1) {
    // Half of the connections never finish the headers, the others have sent them.
    for (const [number, wire] of wires.entries()) {
      if (tick === 0 && number % 2 === 0) wire.send(bytes.subarray(0, headBytes));
      else if (number % 2 === 0) wire.send(bytes.subarray(headBytes + tick, headBytes + tick + 1));
      else wire.send(bytes.subarray(tick, tick + 1));
    }
    await Bun.sleep(250);
  }
  const replies: Replies = {};
  for (const wire of wires) {
    count(replies, await wire.next("PUT", 0));
    wire.cut();
  }
  return replies;
}

/** Sends requests and never reads the responses. */
async function unread(
  port: number,
  target: string,
  connections: number,
  headers: Parameters<typeof get>[1] = [],
): Promise<Replies> {
  const asked = Buffer.concat(Array.from({ length: 20 }, () => get(target, headers).bytes));
  const wires = await Promise.all(Array.from({ length: connections }, () => Wire.open(port)));
  for (const wire of wires) {
    wire.stopReading();
    wire.send(asked);
  }
  await Bun.sleep(3_000);
  for (const wire of wires) wire.cut();
  return { unread: connections };
}

export const connectionBombs: readonly Bomb[] = [
  {
    name: "200 heads of 10,000 lines",
    expected: ["431", "closed"],
    drop: (port) => volley(port, [flood(10_000, "y")], 200),
  },
  {
    name: "200 heads of 4 MiB",
    expected: ["431", "closed"],
    drop: (port) => volley(port, [flood(64, "y".repeat(65_536))], 200),
  },
  // The runtime cannot handle more of these at once (docs/decisions/0010).
  {
    name: "100 heads of 150 lines",
    expected: ["200"],
    drop: (port) => volley(port, [flood(150, "y".repeat(80))], 100),
  },
  {
    // The runtime alone takes 30 to 44 µs to parse the headers of one request (docs/decisions/0016).
    name: "500 heads of 60 KiB",
    expected: ["200"],
    drop: (port) => volley(port, [flood(12, "y".repeat(5_000))], 500),
  },
  {
    name: "1,000 ranges, by 100 at once",
    expected: ["200"],
    drop: (port) => volley(port, [get(`/v2/${names.manifests}/blobs/${config.digest}`, [["Range", ranges]])], 100),
  },
  {
    name: "1,024 parts of a blob of 64 MiB, for 100 readers that read nothing",
    expected: ["unread"],
    drop: (port) => unread(port, blobTarget, 100, [["Range", parts]]),
  },
  { name: "1,000 slow connections", expected: ["silent", "closed"], drop: (port) => trickle(port, 5) },
  {
    name: "100 times 20 blobs of 64 MiB, never read",
    expected: ["unread"],
    drop: (port) => unread(port, blobTarget, 100),
  },
  {
    name: "20 times 20 manifests of 4 MiB, never read",
    expected: ["unread"],
    drop: (port) => unread(port, `/v2/${names.manifests}/manifests/${largeManifest.digest}`, 20),
  },
];

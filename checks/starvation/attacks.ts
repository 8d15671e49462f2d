/**
 * Attacks that take resources from other clients. Each reports when it is established, and continues until its
 * process is killed.
 */
import { connect, type Socket } from "node:net";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { aborted, distinctManifests, imageOfSize, largeManifest, image, name } from "./ground.ts";

export interface Attack {
  readonly name: string;
  /** The number of connections, and the number with `--short`; without the latter, `--short` omits the attack. */
  readonly count: number;
  readonly shortCount?: number;
  /** The maximum memory of all processes together, in MiB; if absent, the limit of all attacks. */
  readonly memoryBarMiB?: number;
  /** Resolves when the attack is established. */
  readonly begin: (port: number, count: number) => Promise<void>;
}

const manifestHead = (length: string) =>
  `PUT /v2/${name}/manifests/held HTTP/1.1\r\nHost: x\r\nContent-Type: ${mediaTypes.ociManifest}\r\n${length}\r\n\r\n`;
const absent = `sha256:${"0".repeat(64)}`;
const blobHead = `POST /v2/${name}/blobs/uploads/?digest=${absent} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n`;
const getHead = (path: string) => `GET /v2/${name}/${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

function open(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("connect", () => resolve(socket));
    socket.on("error", () => resolve(undefined));
  });
}

/** Only some at a time, because the backlog of a listener is limited. */
async function each(count: number, work: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const one = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: 100 }, one));
}

/** Sends bodies one byte at a time; a client that is disconnected reconnects at once. */
async function send(port: number, count: number, start: string, byte: string, everyMs: number): Promise<void> {
  const hold = async () => {
    const socket = await open(port);
    if (!socket) {
      setTimeout(() => void hold(), 100);
      return;
    }
    socket.write(start);
    const timer = setInterval(() => socket.write(byte), everyMs);
    socket.resume();
    socket.once("close", () => {
      clearInterval(timer);
      void hold();
    });
  };
  await each(count, hold);
}

/** Sends several requests, and reads none of the responses. */
async function read(port: number, count: number, pathOf: (number: number) => string): Promise<void> {
  await each(count, async (number) => {
    const socket = await open(port);
    socket?.pause();
    socket?.write(getHead(pathOf(number)).repeat(4));
  });
}

/** Downloads that are reset as soon as they are requested. */
async function reset(port: number, count: number): Promise<void> {
  await each(count, async () => {
    const socket = await open(port);
    if (!socket) return;
    await new Promise<void>((resolve) => void socket.write(getHead(`blobs/${aborted.digest}`), () => resolve()));
    socket.resetAndDestroy();
  });
}

/** Reads pages as fast as possible. */
async function readAgainAndAgain(port: number, count: number, path: string): Promise<void> {
  const one = async () => {
    for (;;) await (await fetch(`http://127.0.0.1:${port}/v2/${name}/${path}`)).arrayBuffer();
  };
  for (let number = 0; number < count; number += 1) void one();
}

async function pushLarge(port: number, count: number): Promise<void> {
  const contents = Array.from({ length: count }, (_, at) => imageOfSize(4 * 1024 * 1024 - 64, `pushed ${at}`));
  const headers = { "content-type": mediaTypes.ociManifest };
  await Promise.all(
    contents.map(async ({ bytes, digest }) => {
      const url = `http://127.0.0.1:${port}/v2/${name}/manifests/${digest}`;
      await (await fetch(url, { method: "PUT", body: bytes, headers })).arrayBuffer();
    }),
  );
}

const chunked = `${manifestHead("Transfer-Encoding: chunked")}1\r\n{\r\n`;
const announced = (sent: number) => manifestHead("Content-Length: 4194304") + "{".repeat(sent);
const distinct = (number: number) => `manifests/${distinctManifests[number % distinctManifests.length]!.digest}`;

export const attacks: readonly Attack[] = [
  {
    name: "H1 chunked manifests, a byte every 45 s",
    count: 8,
    shortCount: 8,
    begin: (p, n) => send(p, n, chunked, "1\r\n \r\n", 45_000),
  },
  {
    name: "H1 manifests that announce 4 MiB, a byte each",
    count: 8,
    begin: (p, n) => send(p, n, announced(1), "", 60_000),
  },
  { name: "H1 the same, 100 kB of each", count: 8, begin: (p, n) => send(p, n, announced(100_000), "", 60_000) },
  { name: "M9 uploads of a byte", count: 2_200, begin: (p, n) => send(p, n, `${blobHead}x`, "x", 60_000) },
  {
    name: "M9 uploads of a byte a second",
    count: 2_200,
    shortCount: 2_200,
    begin: (p, n) => send(p, n, `${blobHead}x`, "x", 1_000),
  },
  { name: "M8 aborted downloads", count: 15_000, shortCount: 5_000, begin: reset },
  {
    name: "H2 readers of one manifest",
    count: 2_000,
    begin: (p, n) => read(p, n, () => `manifests/${largeManifest.digest}`),
  },
  { name: "H2 readers of 40 manifests", count: 400, begin: (p, n) => read(p, n, distinct) },
  { name: "H2 readers of 10,000 tags", count: 400, shortCount: 200, begin: (p, n) => read(p, n, () => "tags/list") },
  { name: "H2 readers of referrers", count: 400, begin: (p, n) => read(p, n, () => `referrers/${image.digest}`) },
  { name: "L35 pages of 2 MiB", count: 8, begin: (p, n) => readAgainAndAgain(p, n, `referrers/${image.digest}`) },
  // Each process counts about 40 MiB of shared pages.
  { name: "L33 pushes of 4 MiB", count: 8, memoryBarMiB: 350, begin: pushLarge },
];

/** All attacks of the limit at once: 2,000 slow senders, 2,000 slow readers, 30,000 aborted downloads. */
export const together: Attack = {
  name: "all at once",
  count: 2_000,
  shortCount: 600,
  async begin(port, count) {
    const half = count / 2;
    await Promise.all([
      send(port, half, `${blobHead}x`, "x", 5_000),
      send(port, half, chunked, "1\r\n \r\n", 5_000),
      read(port, count, () => `manifests/${largeManifest.digest}`),
      reset(port, 15 * count),
    ]);
  },
};

// Checks that must pass for clients with any proxy in front of the registry.
import { mediaTypes } from "../../src/oci/media-type.ts";
import { assert, assertEqual } from "../clients/assertions.ts";
import type { CaseRunner } from "../clients/case-runner.ts";
import { blobOf, imageOf, type Content } from "../../test/support/content.ts";
import { partsOf } from "../../test/support/byteranges.ts";
import { headOf, rawCodesOf, textOf } from "../../test/support/raw.ts";
import { chunked } from "../../test/support/upload.ts";
import type { Front } from "./front.ts";

export const REPOSITORY = "checked/app";

export async function runChecks(cases: CaseRunner, front: Front): Promise<void> {
  await cases.test("an upload continues at the path in its Location, in chunks of unknown length", () =>
    pushInPieces(front),
  );
  await cases.test("an image is pushed and pulled, and the Link to its next tag can be followed", () =>
    followLink(front),
  );
  await cases.test("a blob is mounted from another repository", () => mount(front));
  await cases.test("the received bytes of an interrupted upload are stored", () => keepArrived(front));
  await cases.test("a refusal reaches a client that is still sending, ten times out of ten", () => refuseSender(front));
  await cases.test("a manifest that is too large is refused by the registry", () => refuseLargeManifest(front));
  await cases.test("the proxy forwards a long token and 1,024 ranges", () => sendLongHeads(front));
  await cases.test("another Host header changes nothing", () => ignoreHost(front));
}

export async function startSession(front: Front, repository = REPOSITORY): Promise<string> {
  const path = front.pathOf(repository, "blobs/uploads/");
  const started = await front.fetch(path, { method: "POST" });
  assertEqual("status of POST", started.status, 202);
  const location = started.headers.get("location") ?? "";
  assert(location.startsWith(path), `the Location is ${location}, not below ${path}`);
  return location;
}

export async function pushBlob(front: Front, { bytes, digest }: Content, repository = REPOSITORY): Promise<void> {
  const location = await startSession(front, repository);
  const put = await front.fetch(`${location}?digest=${digest}`, { method: "PUT", body: bytes });
  assertEqual("status of PUT", put.status, 201);
  assertEqual("Location of PUT", put.headers.get("location"), front.pathOf(repository, `blobs/${digest}`));
}

async function pushInPieces(front: Front): Promise<void> {
  const { bytes, digest } = blobOf(`pieces for ${front.host}`, 5_000_000);
  let location = await startSession(front);
  for (const piece of [bytes.slice(0, 2_000_000), bytes.slice(2_000_000)]) {
    const patched = await front.fetch(location, { method: "PATCH", body: chunked(piece) });
    assertEqual("status of PATCH", patched.status, 202);
    location = patched.headers.get("location") ?? "";
  }
  const put = await front.fetch(`${location}?digest=${digest}`, { method: "PUT" });
  assertEqual("status of PUT", put.status, 201);
  const pulled = await front.fetch(put.headers.get("location") ?? "");
  assertEqual("Content-Length", pulled.headers.get("content-length"), String(bytes.length));
  assert(Buffer.from(await pulled.bytes()).equals(bytes), "the blob came back as something else");
}

async function sendLongHeads(front: Front): Promise<void> {
  const blob = blobOf(`long heads for ${front.host}`, 500_000);
  await pushBlob(front, blob);
  const ranges = Array.from({ length: 1_024 }, (_, index) => [400 * index, 400 * index + 99] as const);
  const pulled = await front.fetch(front.pathOf(REPOSITORY, `blobs/${blob.digest}`), {
    headers: {
      cookie: `token=${"a".repeat(20_000)}`,
      range: `bytes=${ranges.map(([first, last]) => `${first}-${last}`).join(",")}`,
    },
  });
  assertEqual("status", pulled.status, 206);
  const parts = partsOf(pulled.headers.get("content-type"), await pulled.bytes());
  assertEqual("parts", parts.length, ranges.length);
  for (const { start, end, bytes } of parts) {
    assert(Buffer.from(bytes).equals(blob.bytes.subarray(start, end)), `the part at ${start} is something else`);
  }
}

async function followLink(front: Front): Promise<void> {
  const [config, layer] = [blobOf("config"), blobOf("layer")];
  for (const blob of [config, layer]) await pushBlob(front, blob);
  const { bytes: body, digest } = imageOf(config, [layer]);
  const headers = { "content-type": mediaTypes.ociManifest };
  for (const tag of ["one", "two"]) {
    const path = front.pathOf(REPOSITORY, `manifests/${tag}`);
    const put = await front.fetch(path, { method: "PUT", body, headers });
    assertEqual("status of PUT", put.status, 201);
    assertEqual("Location of PUT", put.headers.get("location"), front.pathOf(REPOSITORY, `manifests/${digest}`));
    assertEqual("digest of GET", (await front.fetch(path)).headers.get("docker-content-digest"), digest);
  }
  const page = await front.fetch(front.pathOf(REPOSITORY, "tags/list?n=1"));
  const link = /^<([^>]+)>; rel="next"$/.exec(page.headers.get("link") ?? "")?.[1] ?? "";
  const next = (await (await front.fetch(link)).json()) as { tags: string[] };
  assertEqual("tags of the page after the first", next.tags, ["two"]);
}

async function mount(front: Front): Promise<void> {
  const content = blobOf("mounted");
  await pushBlob(front, content, "checked/source");
  const query = new URLSearchParams({ mount: content.digest, from: front.nameOf("checked/source") });
  for (const text of [`${query}`, decodeURIComponent(`${query}`)]) {
    const target = front.pathOf(`checked/target-${text.length}`, `blobs/uploads/?${text}`);
    assertEqual(`status of POST ${target}`, (await front.fetch(target, { method: "POST" })).status, 201);
  }
}

/**
 * Sends half of the announced bytes, waits until they have arrived, and closes the connection; returns the Range of
 * the session.
 */
export async function rangeAfterBreak(front: Front, location: string, waitMs: number): Promise<string | null> {
  const connection = await front.connect();
  const headers = [["Content-Length", "200000"]] as const;
  await connection.send(headOf({ method: "PATCH", target: location, headers }));
  await connection.send(new Uint8Array(100_000));
  await Bun.sleep(waitMs);
  connection.cut();
  // The registry answers after the writing request has ended.
  return (await front.fetch(location)).headers.get("range");
}

async function keepArrived(front: Front): Promise<void> {
  const ranges: (string | null)[] = [];
  for (const waitMs of [100, 1_000, 5_000]) {
    ranges.push(await rangeAfterBreak(front, await startSession(front), waitMs));
    if (ranges.at(-1) === "0-99999") return;
  }
  throw new Error(`of 100,000 bytes were kept, each time after a longer wait: ${ranges.join(", ")}`);
}

async function refuseSender(front: Front): Promise<void> {
  const body = new Uint8Array(30_000_000);
  const target = front.pathOf(REPOSITORY, `blobs/uploads/${crypto.randomUUID()}`);
  for (let round = 0; round < 10; round += 1) {
    const connection = await front.connect();
    await connection.sendRequest({ method: "PATCH", target, body });
    const refused = await connection.response("PATCH");
    connection.cut();
    assert(refused !== undefined, "the connection was closed without a reply");
    assertEqual(`status of PATCH: ${textOf(refused).slice(0, 200)}`, refused.status, 404);
    assertEqual("codes", rawCodesOf(refused), ["BLOB_UPLOAD_UNKNOWN"]);
  }
}

async function refuseLargeManifest(front: Front): Promise<void> {
  const connection = await front.connect();
  const target = front.pathOf(REPOSITORY, "manifests/large");
  const headers = [["Content-Type", mediaTypes.ociManifest]] as const;
  await connection.sendRequest({ method: "PUT", target, headers, body: new Uint8Array(10_000_000) });
  const refused = await connection.response("PUT");
  connection.cut();
  assertEqual("status of PUT", refused?.status, 413);
  assertEqual("codes", rawCodesOf(refused!), ["SIZE_INVALID"]);
}

async function ignoreHost(front: Front): Promise<void> {
  const connection = await front.connect();
  const target = front.pathOf(REPOSITORY, "blobs/uploads/");
  await connection.sendRequest({ method: "POST", target, headers: [["Host", "elsewhere.example:8443"]] });
  const started = await connection.response("POST");
  connection.cut();
  assertEqual("status of POST", started?.status, 202);
  const location = started?.headers.get("location") ?? "";
  assert(location.startsWith(target), `the Location is ${location}`);
}

// Large bodies must be forwarded while they are sent, in both directions. A proxy must not buffer them on disk.
import { readFileSync, statSync } from "node:fs";
import { assert, assertEqual } from "../clients/assertions.ts";
import type { CaseRunner } from "../clients/case-runner.ts";
import { blobOf, type Content } from "../../test/support/content.ts";
import { headOf } from "../../test/support/raw.ts";
import { uploadFileOf } from "../../test/support/stored-files.ts";
import { until } from "../../test/support/until.ts";
import { pushBlob, REPOSITORY, startSession } from "./checks.ts";
import type { Front } from "./front.ts";
import type { RunningSetup } from "./setup.ts";

const UPLOAD_BYTES = 40_000_000;
/** More bytes than the connections between the registry and a client that does not read can buffer. */
const DOWNLOAD_BYTES = 16_000_000;
const STALL_MS = 500;

export async function streamingChecks(cases: CaseRunner, { front, data, proxyLog }: RunningSetup): Promise<void> {
  await cases.test("half of a large layer is in the registry before the other half is sent", () =>
    uploadInHalves(front, data),
  );
  await cases.test("a large layer waits in the registry while its client does not read", async () => {
    const content = blobOf("stalled", DOWNLOAD_BYTES);
    await pushBlob(front, content);
    await downloadWithStall(front, content);
  });
  if (proxyLog !== undefined) {
    await cases.test("nginx has written no body to its own disk", async () => {
      const copies = copiesIn(proxyLog);
      assert(copies.length === 0, `it has, ${copies.length} times, first: ${copies[0]}`);
    });
  }
}

/** nginx's message each time that it writes a request or a response to its disk. */
export function copiesIn(proxyLog: string): string[] {
  const lines = readFileSync(proxyLog, "utf8").split("\n");
  return lines.filter((line) => line.includes("buffered to a temporary file"));
}

async function uploadInHalves(front: Front, data: string): Promise<void> {
  const { bytes, digest } = blobOf(`in halves to ${front.host}`, UPLOAD_BYTES);
  const half = UPLOAD_BYTES / 2;
  const location = await startSession(front);
  const connection = await front.connect();
  const headers = [["Content-Length", String(UPLOAD_BYTES)]] as const;
  await connection.send(headOf({ method: "PATCH", target: location, headers }));
  await connection.send(bytes.subarray(0, half));
  await until(() => statSync(uploadFileOf(data, location), { throwIfNoEntry: false })?.size === half);
  await connection.send(bytes.subarray(half));
  assertEqual("status of PATCH", (await connection.response("PATCH"))?.status, 202);
  connection.cut();
  assertEqual("status of PUT", (await front.fetch(`${location}?digest=${digest}`, { method: "PUT" })).status, 201);
}

/** Requests a blob, reads nothing for a while, then reads all of it. */
export async function downloadWithStall(
  front: Front,
  { bytes, digest }: Content,
  repository = REPOSITORY,
): Promise<void> {
  const connection = await front.connect();
  connection.pause();
  await connection.sendRequest({ method: "GET", target: front.pathOf(repository, `blobs/${digest}`) });
  await Bun.sleep(STALL_MS);
  connection.resume();
  const pulled = await connection.response("GET");
  connection.cut();
  assertEqual("status of GET", pulled?.status, 200);
  assert(Buffer.from(pulled!.body).equals(bytes), "the blob came back as something else");
}

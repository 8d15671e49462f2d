// Checks of one connection: consecutive requests, a body that pauses, and a part of a blob.
import { assert, assertEqual } from "../clients/assertions.ts";
import type { CaseRunner } from "../clients/case-runner.ts";
import { blobOf } from "../../test/support/content.ts";
import { chunkOf, headOf, type RawConnection, type RawResponse } from "../../test/support/raw.ts";
import { pushBlob, REPOSITORY, startSession } from "./checks.ts";
import type { Front } from "./front.ts";

export async function connectionChecks(cases: CaseRunner, front: Front): Promise<void> {
  await cases.test("an upload, a refused request and later requests share one connection", () =>
    withConnection(front, (connection) => useAgain(front, connection)),
  );
  await cases.test("Expect: 100-continue is answered before the body is sent", () =>
    withConnection(front, (connection) => waitForContinue(front, connection)),
  );
  await cases.test("the response to a range request has only the range, with status 206", () =>
    withConnection(front, (connection) => readPart(front, connection)),
  );
}

async function withConnection(front: Front, work: (connection: RawConnection) => Promise<void>): Promise<void> {
  const connection = await front.connect();
  try {
    await work(connection);
  } finally {
    connection.cut();
  }
}

async function responseOf(connection: RawConnection, method: string): Promise<RawResponse> {
  const response = await connection.response(method);
  assert(response !== undefined, `the connection was closed in place of a reply to ${method}`);
  return response;
}

async function useAgain(front: Front, connection: RawConnection): Promise<void> {
  const { bytes, digest } = blobOf(`one connection to ${front.host}`, 300_000);
  const ask = async (method: string, target: string, status: number, body?: Uint8Array) => {
    await connection.sendRequest({ method, target, ...(body && { body }) });
    const response = await responseOf(connection, method);
    assertEqual(`status of ${method} ${target}`, response.status, status);
    return response;
  };
  const started = await ask("POST", front.pathOf(REPOSITORY, "blobs/uploads/"), 202);
  const location = started.headers.get("location") ?? "";
  const headers = [["Transfer-Encoding", "chunked"]] as const;
  await connection.send(headOf({ method: "PATCH", target: location, headers }));
  for (const part of [bytes, new Uint8Array()]) await connection.send(chunkOf(part));
  assertEqual("status of PATCH", (await responseOf(connection, "PATCH")).status, 202);
  await ask("PUT", `${location}?digest=${digest}`, 201);
  await ask("HEAD", front.pathOf(REPOSITORY, `blobs/${digest}`), 200);
  await ask("GET", front.pathOf(REPOSITORY, "manifests/none"), 404);
  await ask("PUT", front.pathOf(REPOSITORY, "manifests/none"), 400, bytes);
  const got = await ask("GET", front.pathOf(REPOSITORY, `blobs/${digest}`), 200);
  assert(Buffer.from(got.body).equals(bytes), "the blob came back as something else");
}

async function waitForContinue(front: Front, connection: RawConnection): Promise<void> {
  const { bytes, digest } = blobOf(`expected at ${front.host}`, 10_000);
  const target = `${await startSession(front)}?digest=${digest}`;
  const headers = [
    ["Expect", "100-continue"],
    ["Content-Length", String(bytes.length)],
  ] as const;
  await connection.send(headOf({ method: "PUT", target, headers }));
  assertEqual("status before the body", (await responseOf(connection, "PUT")).status, 100);
  await connection.send(bytes);
  assertEqual("status after the body", (await responseOf(connection, "PUT")).status, 201);
}

async function readPart(front: Front, connection: RawConnection): Promise<void> {
  const content = blobOf("in parts", 3_000_000);
  await pushBlob(front, content);
  const target = front.pathOf(REPOSITORY, `blobs/${content.digest}`);
  await connection.sendRequest({ method: "GET", target, headers: [["Range", "bytes=1000-2499999"]] });
  const part = await responseOf(connection, "GET");
  assertEqual("status of GET with Range", part.status, 206);
  assertEqual("Content-Range", part.headers.get("content-range"), "bytes 1000-2499999/3000000");
  assert(Buffer.from(part.body).equals(content.bytes.subarray(1000, 2_500_000)), "another part was sent");
}

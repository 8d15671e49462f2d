/** Uploads whose requests are answered by different workers. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { headOf, RawConnection } from "../support/raw.ts";
import { until } from "../support/until.ts";
import { Upload } from "../support/upload.ts";
import { withWorkers, type OneWorker } from "../support/workers.ts";

setDefaultTimeout(patienceMs);

const name = "team/hopping";

async function expectBlob(url: string, { bytes, digest }: ReturnType<typeof blobOf>): Promise<void> {
  const reply = await fetch(`${url}/v2/${name}/blobs/${digest}`);
  expect(reply.status).toBe(200);
  expect(Buffer.from(await reply.arrayBuffer()).equals(bytes)).toBe(true);
}

/** Resolves when any worker writes to a session. */
function beingWritten(url: string): Promise<void> {
  return until(async () => (await (await fetch(`${url}/metrics`)).text()).includes("lading_uploads_active 1\n"));
}

test("an upload may change workers between any two requests", () =>
  withWorkers(3, async ({ workers }) => {
    const urls = workers.map(({ url }) => url);
    const blob = blobOf("hops", 300_000);
    const [first, second, third] = [
      blob.bytes.slice(0, 100_000),
      blob.bytes.slice(100_000, 200_000),
      blob.bytes.slice(200_000),
    ];
    // Each step runs at each worker, so that the last one has seen all of the bytes, some of them, or none.
    for (let start = 0; start < 3; start += 1) {
      for (const steps of [
        [0, 1, 2, 0, 1],
        [0, 0, 1, 0, 0],
        [0, 1, 1, 1, 2],
        [0, 1, 0, 2, 1],
      ]) {
        const at = (step: number) => urls[(start + steps[step]!) % 3]!;
        const upload = await Upload.start(at(0), name);
        expect((await upload.movedTo(at(1)).patch(first)).status).toBe(202);
        expect((await upload.movedTo(at(2)).patch(second, "100000-199999")).status).toBe(202);
        const status = await upload.movedTo(at(3)).status();
        expect([status.status, status.headers.get("range")]).toEqual([204, "0-199999"]);
        expect((await upload.movedTo(at(4)).patch(third)).status).toBe(202);
        const end = await upload.movedTo(at(0)).put(`digest=${blob.digest}`);
        expect(end.status, await end.text()).toBe(201);
        for (const url of urls) expect((await upload.movedTo(url).status()).status).toBe(404);
        for (const url of urls) await expectBlob(url, blob);
        expect((await fetch(`${at(1)}/v2/${name}/blobs/${blob.digest}`, { method: "DELETE" })).status).toBe(202);
        for (const url of urls) expect((await fetch(`${url}/v2/${name}/blobs/${blob.digest}`)).status).toBe(404);
      }
    }
  }));

test("an upload without bytes may change workers too", () =>
  withWorkers(2, async ({ workers }) => {
    const [here, there] = workers.map(({ url }) => url) as [string, string];
    for (const size of [5_000, 50_000]) {
      const blob = blobOf(`first ${size}`, size);
      const whole = await Upload.start(here, name);
      expect((await whole.movedTo(there).put(`digest=${blob.digest}`, blob.bytes)).status).toBe(201);
      for (const url of [here, there]) expect((await whole.movedTo(url).status()).status).toBe(404);
      await expectBlob(here, blob);
    }
    const asked = await Upload.start(here, name);
    expect((await asked.movedTo(there).status()).status).toBe(204);
    const other = `/v2/team/other/blobs/uploads/${asked.id}`;
    for (const method of ["GET", "PATCH", "PUT"]) {
      const query = method === "PUT" ? `?digest=${blobOf("x", 1).digest}` : "";
      expect((await fetch(`${there}${other}${query}`, { method })).status).toBe(404);
    }
    expect((await fetch(asked.movedTo(there).url, { method: "DELETE" })).status).toBe(204);
    for (const url of [here, there]) expect((await asked.movedTo(url).status()).status).toBe(404);
  }));

test("an upload without bytes outlives the worker that started it", () =>
  withWorkers(2, async (registry) => {
    const [here, there] = registry.workers as [OneWorker, OneWorker];
    const blob = blobOf("orphan", 50_000);
    const upload = await Upload.start(here.url, name);
    process.kill(registry.pidOf(here), "SIGKILL");
    expect((await upload.movedTo(there.url).put(`digest=${blob.digest}`, blob.bytes)).status).toBe(201);
    await expectBlob(there.url, blob);
  }));

test("a worker that has seen no other bytes can finish an upload, and detects a wrong digest", () =>
  withWorkers(2, async ({ workers }) => {
    const [here, there] = workers.map(({ url }) => url) as [string, string];
    const blob = blobOf("rest", 50_000);
    const upload = await Upload.start(here, name);
    expect((await upload.patch(blob.bytes.slice(0, 30_000))).status).toBe(202);
    const end = await upload.movedTo(there).put(`digest=${blob.digest}`, blob.bytes.slice(30_000));
    expect(end.status, await end.text()).toBe(201);
    await expectBlob(here, blob);

    const wrong = await Upload.start(here, name);
    expect((await wrong.patch(blobOf("other", 5_000).bytes)).status).toBe(202);
    expect((await wrong.movedTo(there).put(`digest=${blob.digest}`)).status).toBe(400);
    expect((await wrong.status()).status).toBe(404);
  }));

test("only one request writes to a session at a time, across workers", () =>
  withWorkers(2, async ({ workers }) => {
    const [here, there] = workers.map(({ url }) => url) as [string, string];
    const blob = blobOf("contended", 40_000);
    const upload = await Upload.start(here, name);
    const slow = await RawConnection.open(Number(new URL(here).port));
    await slow.send(headOf({ method: "PATCH", target: upload.location, headers: [["Content-Length", "40000"]] }));
    await slow.send(blob.bytes.slice(0, 20_000));
    await beingWritten(there);
    // A request that waits longer than `uploadLimits.uploadHandoverMs` is refused.
    const refused = await upload.movedTo(there).patch("intruder");
    expect(refused.status).toBe(416);
    // A waiting request gets the session as soon as it is free.
    const waiting = upload.movedTo(there).status();
    await slow.send(blob.bytes.slice(20_000));
    expect((await slow.response("PATCH"))?.status).toBe(202);
    expect((await waiting).headers.get("range")).toBe("0-39999");
    expect((await upload.movedTo(there).put(`digest=${blob.digest}`)).status).toBe(201);
    await expectBlob(here, blob);
  }));

test("bytes that arrived before a connection broke are known at another worker", () =>
  withWorkers(2, async ({ workers }) => {
    const [here, there] = workers.map(({ url }) => url) as [string, string];
    const blob = blobOf("broken", 60_000);
    for (let round = 0; round < 5; round += 1) {
      const upload = await Upload.start(here, name);
      const broken = await RawConnection.open(Number(new URL(here).port));
      await broken.send(headOf({ method: "PATCH", target: upload.location, headers: [["Content-Length", "60000"]] }));
      await broken.send(blob.bytes.slice(0, 25_000));
      await beingWritten(there);
      broken.cut();
      const range = (await upload.movedTo(there).status()).headers.get("range")!;
      const offset = range === "0-0" ? 0 : Number(range.slice(2)) + 1;
      const rest = await upload.movedTo(there).patch(blob.bytes.slice(offset), `${offset}-59999`);
      expect(rest.status, await rest.text()).toBe(202);
      expect((await upload.put(`digest=${blob.digest}`)).status).toBe(201);
      await expectBlob(there, blob);
    }
  }));

test("of concurrent writers at both workers, one writes each chunk of a session", () =>
  withWorkers(2, async ({ workers }) => {
    const urls = workers.map(({ url }) => url);
    const blob = blobOf("race", 32 * 1_000);
    const upload = await Upload.start(urls[0]!, name);
    // All clients try to send each chunk, and one of them succeeds.
    for (let chunk = 0; chunk < 32; chunk += 1) {
      const from = chunk * 1_000;
      const tries = Array.from({ length: 6 }, async (_, index) => {
        const session = upload.movedTo(urls[index % 2]!);
        return (await session.patch(blob.bytes.slice(from, from + 1_000), `${from}-${from + 999}`)).status;
      });
      expect((await Promise.all(tries)).toSorted((a, b) => a - b)).toEqual([202, 416, 416, 416, 416, 416]);
    }
    expect((await upload.movedTo(urls[1]!).put(`digest=${blob.digest}`)).status).toBe(201);
    await expectBlob(urls[0]!, blob);
  }));

test("M17 an upload that is cancelled at another worker while it is written leaves no file", () =>
  withWorkers(2, async ({ workers, data }) => {
    const [here, there] = workers as [OneWorker, OneWorker];
    for (const [method, sent] of [
      ["PATCH", 10],
      ["PUT", 10],
      ["PATCH", 100_000],
    ] as const) {
      const { bytes, digest } = blobOf(`cancelled ${method} ${sent}`, 300_000);
      const upload = await Upload.start(there.url, name);
      const connection = await RawConnection.open(Number(new URL(here.url).port));
      const target = method === "PUT" ? `${upload.location}?digest=${digest}` : upload.location;
      await connection.send(headOf({ method, target, headers: [["Content-Length", String(bytes.length)]] }));
      await connection.send(bytes.slice(0, sent));
      await beingWritten(there.url);
      expect((await upload.cancel()).status).toBe(204);
      await connection.send(bytes.slice(sent));
      expect((await connection.response(method))?.status).toBe(404);
      connection.cut();
      expect(readdirSync(join(data, "storage", "uploads"))).toEqual([]);
    }
  }));

/** M12: the machine computes one tarsum at a time, and only for a client that still waits for it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { statSync } from "node:fs";
import { ociLimits } from "../../src/oci/limits.ts";
import { legacyLimits } from "../../src/registry/legacy/limits.ts";
import { inflatingLayer, seededLayer, type TarLayer } from "../support/layers.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf } from "../support/push.ts";
import { uploadFileOf } from "../support/stored-files.ts";
import { until } from "../support/until.ts";
import { Upload } from "../support/upload.ts";
import { withWorkers, type WorkersRegistry } from "../support/workers.ts";

setDefaultTimeout(patienceMs);

const name = "team/tarsums";
/** Just below the size limit. No test waits for the end of its tarsum. */
const long = inflatingLayer(Math.floor(legacyLimits.tarsumBytes / (16 * 1024 * 1024)) - 1);
const spellings = ["tarsum", "tarsum.v1", "tarsum.dev"].flatMap((label) => [
  `${label}%2Bsha256:${"0".repeat(64)}`,
  `${label}%2Bsha512:${"0".repeat(128)}`,
]);

/** Starts a tarsum of the long layer at the worker. Aborting `client` disconnects its client. */
async function begin({ data }: WorkersRegistry, url: string, client: AbortController): Promise<void> {
  const upload = await Upload.start(url, name);
  const query = spellings.map((digest) => `digest=${digest}`).join("&");
  const body = Uint8Array.from(long);
  void fetch(`${upload.url}?${query}`, { method: "PUT", body, signal: client.signal }).catch(() => undefined);
  const file = uploadFileOf(data, upload.location);
  await until(() => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === long.length);
}

async function push(url: string, { bytes, tarsum }: TarLayer): Promise<Response> {
  const upload = await Upload.start(url, name);
  return upload.put(`digest=${encodeURIComponent(tarsum)}`, bytes);
}

/** Pushes short layers until `count` of them wait for the long one. The others were answered before it began. */
async function waiting(urls: readonly string[], count: number): Promise<Promise<Response>[]> {
  const pushes: Promise<Response>[] = [];
  for (let attempt = 0; pushes.length < count; attempt += 1) {
    const pushed = push(urls[attempt % urls.length]!, seededLayer(`waiting ${attempt}`));
    const answered = await Promise.race([pushed, Bun.sleep(500)]);
    if (answered) expect(answered.status).toBe(201);
    else pushes.push(pushed);
  }
  return pushes;
}

test("pushes to any worker wait; one more is 429 and keeps its bytes; all continue when the client disconnects", () =>
  withWorkers(2, async (registry) => {
    const urls = registry.workers.map(({ url }) => url);
    const client = new AbortController();
    await begin(registry, urls[0]!, client);
    const pushes = await waiting(urls, legacyLimits.tarsumsWaitingOfClient);

    const late = seededLayer("late");
    const upload = await Upload.start(urls[1]!, name);
    const refused = await upload.put(`digest=${encodeURIComponent(late.tarsum)}`, late.bytes);
    expect([refused.status, await codesOf(refused)]).toEqual([429, ["TOOMANYREQUESTS"]]);
    expect(refused.headers.get("retry-after")).toBe(String(ociLimits.retryAfterSeconds));
    expect((await upload.status()).headers.get("range")).toBe(`0-${late.bytes.length - 1}`);

    client.abort();
    for (const pushed of pushes) expect((await pushed).status).toBe(201);
    expect((await upload.put(`digest=${encodeURIComponent(late.tarsum)}`)).status).toBe(201);
  }));

test("a waiting client that disconnects releases its place, and its session keeps its bytes", () =>
  withWorkers(2, async (registry) => {
    const urls = registry.workers.map(({ url }) => url);
    const [client, other] = [new AbortController(), new AbortController()];
    await begin(registry, urls[0]!, client);
    const pushes = await waiting(urls, legacyLimits.tarsumsWaitingOfClient - 1);
    const layer = seededLayer("given up");
    const upload = await Upload.start(urls[1]!, name);
    const query = `digest=${encodeURIComponent(layer.tarsum)}`;
    const put = fetch(`${upload.url}?${query}`, { method: "PUT", body: layer.bytes, signal: other.signal });
    expect(await Promise.race([put.catch(() => undefined), Bun.sleep(500)])).toBeUndefined();
    other.abort();
    const size = `0-${layer.bytes.length - 1}`;
    await until(async () => (await upload.status()).headers.get("range") === size);
    // The place of the client is free again.
    const next = push(urls[0]!, seededLayer("in its place"));
    client.abort();
    for (const pushed of [...pushes, next]) expect((await pushed).status).toBe(201);
    expect((await upload.put(query)).status).toBe(201);
  }));

test("the turn of a worker that exits is released", () =>
  withWorkers(2, async (registry) => {
    const [first, second] = registry.workers;
    await begin(registry, first!.url, new AbortController());
    const pushes = await waiting([second!.url], 2);
    process.kill(registry.pidOf(first!), "SIGKILL");
    for (const pushed of pushes) expect((await pushed).status).toBe(201);
  }));

/** Requests that are refused or accepted, and refusals that leave nothing behind. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import type { AccessRequest, Decision } from "../../src/auth/grant.ts";
import { apiLimits } from "../../src/api/limits.ts";
import { contentLimits } from "../../src/registry/content/limits.ts";
import type { Digest } from "../../src/oci/digest.ts";
import { parseNextLink } from "../../src/oci/link-header.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, descriptorOf, imageOf, indexOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob, pushImage, putManifest } from "../support/push.ts";
import { ask, chunkOf, headOf, RawConnection, rawCodesOf, textOf } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { uploadFileOf } from "../support/stored-files.ts";
import { Upload } from "../support/upload.ts";

setDefaultTimeout(patienceMs);

const name = "team/refusals";
/** A tag that no client may push in this registry. */
const forbidden = "latest";

function decide({ action, object }: AccessRequest): Decision {
  return action === "push" && object === forbidden ? "denied" : "granted";
}

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry({ inlineBlobBytes: 0, policy: { decide } });
});
afterAll(() => registry.dispose());

describe("LIM-06 a parameter that occurs many times", () => {
  test("forty equal digests are 414, and the session remains; two of them are 201", async () => {
    const { bytes, digest } = blobOf("named often");
    const upload = await Upload.start(registry.url, name);
    const repeated = (count: number) => Array.from({ length: count }, () => `digest=${digest}`).join("&");
    const refused = await upload.put(repeated(40), bytes);
    expect([refused.status, await codesOf(refused)]).toEqual([414, ["UNSUPPORTED"]]);
    expect((await upload.status()).headers.get("range")).toBe("0-0");
    expect((await upload.put(repeated(2), bytes)).status).toBe(201);
    expect(await (await fetch(`${registry.url}/v2/${name}/blobs/${digest}`)).bytes()).toEqual(bytes);
  });

  test("more tags than a push may set are 414, and nothing is stored; the maximum is 201", async () => {
    const repository = "team/tagged";
    const content = indexOf([], { annotations: { is: "tagged often" } });
    const put = (count: number) => {
      const tags = Array.from({ length: count }, (_, at) => `tag=t${at}`).join("&");
      return putManifest(registry.url, repository, `${content.digest}?${tags}`, content, mediaTypes.ociIndex);
    };
    const list = () => fetch(`${registry.url}/v2/${repository}/tags/list`);
    const refused = await put(apiLimits.tagsInPush + 1);
    expect([refused.status, await codesOf(refused)]).toEqual([414, ["UNSUPPORTED"]]);
    expect((await list()).status).toBe(404);
    expect((await fetch(`${registry.url}/v2/${repository}/manifests/${content.digest}`)).status).toBe(404);
    expect((await put(apiLimits.tagsInPush)).status).toBe(201);
    const { tags } = (await (await list()).json()) as { tags: string[] };
    expect(tags).toHaveLength(apiLimits.tagsInPush);
  });
});

describe("a tag that may not be pushed", () => {
  const content = indexOf([], { annotations: { is: "denied" } });
  const repository = "team/denied";

  // Its position does not matter: the push fails as a whole.
  for (const tags of [["a", forbidden], [forbidden, "a"], [forbidden]]) {
    test(`in ?tag=${tags.join("&tag=")} is 403, and neither a tag nor the manifest is stored`, async () => {
      const query = tags.map((tag) => `tag=${tag}`).join("&");
      const reference = `${content.digest}?${query}`;
      const refused = await putManifest(registry.url, repository, reference, content, mediaTypes.ociIndex);
      expect([refused.status, await codesOf(refused)]).toEqual([403, ["DENIED"]]);
      for (const absent of [...tags, content.digest]) {
        expect((await fetch(`${registry.url}/v2/${repository}/manifests/${absent}`)).status).toBe(404);
      }
    });
  }

  test("does not affect a push without it", async () => {
    const put = await putManifest(
      registry.url,
      "team/allowed",
      `${content.digest}?tag=a`,
      content,
      mediaTypes.ociIndex,
    );
    expect([put.status, put.headers.get("oci-tag")]).toEqual([201, "a"]);
  });
});

describe("UP-23 a chunked body that is larger than its Content-Range", () => {
  const piece = new Uint8Array(100_000);

  for (const [range, pieces] of [
    ["0-9", 1],
    ["0-449999", 10],
  ] as const) {
    test(`${range}: 400 SIZE_INVALID before its end; its bytes are dropped, and the session continues at 0`, async () => {
      const upload = await Upload.start(registry.url, name);
      const connection = await RawConnection.open(registry.port);
      const headers = [
        ["Content-Range", range],
        ["Transfer-Encoding", "chunked"],
      ] as const;
      await connection.send(headOf({ method: "PATCH", target: upload.location, headers }));
      for (let sent = 0; sent < pieces; sent += 1) await connection.send(chunkOf(piece));
      const response = await connection.response("PATCH");
      connection.cut();
      expect([response?.status, rawCodesOf(response!)]).toEqual([400, ["SIZE_INVALID"]]);
      expect(existsSync(uploadFileOf(registry.data, upload.location))).toBe(false);
      expect((await upload.status()).headers.get("range")).toBe("0-0");

      const { bytes, digest } = blobOf(`after ${range}`, 10);
      expect((await upload.patch(bytes, "0-9")).headers.get("range")).toBe("0-9");
      expect((await upload.put(`digest=${digest}`)).status).toBe(201);
    });
  }
});

describe("BLOB-08 the range of a reply and the outcome in its event", () => {
  const content = blobOf("ranged", 100);
  beforeAll(() => pushBlob(registry.url, name, content));

  /** Compares the reply with the event of the recorder. */
  async function get(headers: readonly (readonly [string, string])[], outcomes: Readonly<Record<number, string>> = {}) {
    const seen = registry.recorder.events.length;
    const target = `/v2/${name}/blobs/${content.digest}`;
    const { status, headers: sent, body } = await ask(registry.port, { method: "GET", target, headers });
    const events = registry.recorder.events.slice(seen);
    const outcome = { 200: "whole", 206: "part", ...outcomes }[status];
    expect(events).toMatchObject([{ row: "blob-get", status, ...(outcome !== undefined && { outcome }) }]);
    return { status, range: sent.get("content-range"), body };
  }

  const whole = { status: 200, range: null, body: content.bytes };
  const part = { status: 206, range: "bytes 0-5/100", body: content.bytes.slice(0, 6) };

  for (const range of [
    "bytes=0-5",
    "bytes=0 -5",
    "bytes=0- 5",
    "bytes =0-5",
    "bytes= 0-5",
    "bytes=0-5 ",
    "BYTES=0-5",
  ]) {
    test(`Range: ${JSON.stringify(range)} has the same outcome in both`, async () => {
      const answered = await get([["Range", range]]);
      expect({ ...answered, range: null }).toEqual({ ...(answered.status === 206 ? part : whole), range: null });
    });
  }

  test("several ranges have the outcome parts in both", async () => {
    const { status } = await get([["Range", "bytes=0-5,7-8"]], { 206: "parts" });
    expect(status).toBe(206);
  });

  for (const range of ["bytes=5-2", "bytes=-", "bytes=-5", "bytes=99-", "bytes=100-", "items=0-5", "0-5"]) {
    test(`Range: ${JSON.stringify(range)} has the same outcome in both`, async () => {
      const { status, body } = await get([["Range", range]]);
      if (status === 200) expect(body).toEqual(content.bytes);
    });
  }

  test("a weak If-Range returns the whole blob, a strong one the range", async () => {
    const range = ["Range", "bytes=0-5"] as const;
    expect(await get([range, ["If-Range", `W/"${content.digest}"`]])).toEqual(whole);
    expect(await get([range, ["If-Range", `"${content.digest}"`]])).toEqual(part);
  });
});

describe("requests of old or careless clients are understood", () => {
  test("HTTP/1.0 without a Host", async () => {
    for (const [target, expected] of [
      ["/healthz", "ok\n"],
      ["/v2/", "{}"],
    ]) {
      const connection = await RawConnection.open(registry.port);
      await connection.send(`GET ${target} HTTP/1.0\r\n\r\n`);
      const response = await connection.response("GET");
      connection.cut();
      expect([response?.status, textOf(response!)]).toEqual([200, expected!]);
    }
  });

  test("an unencoded plus sign in artifactType matches only that type", async () => {
    const { manifest, config } = await pushImage(registry.url, name, "subject");
    const subject = descriptorOf(manifest, mediaTypes.ociManifest);
    const [wanted, other] = ["application/vnd.x+json", "application/vnd.x"].map((artifactType) =>
      imageOf(config, [], { subject, artifactType }),
    );
    for (const content of [wanted!, other!]) {
      expect((await putManifest(registry.url, name, content.digest, content)).status).toBe(201);
    }
    const target = `/v2/${name}/referrers/${manifest.digest}?artifactType=application/vnd.x+json`;
    const response = await ask(registry.port, { method: "GET", target });
    expect([response.status, response.headers.get("oci-filters-applied")]).toEqual([200, "artifactType"]);
    const { manifests } = JSON.parse(textOf(response)) as { manifests: { digest: Digest }[] };
    expect(manifests.map(({ digest }) => digest)).toEqual([wanted!.digest]);
  });
});

test("REF-08 LIM-11 the limit of a page of referrers counts bytes, not characters", async () => {
  const { manifest, config } = await pushImage(registry.url, name, "annotated");
  const subject = descriptorOf(manifest, mediaTypes.ociManifest);
  const all: Digest[] = [];
  for (let index = 0; index < 8; index += 1) {
    const annotations = { index: String(index), text: "漢".repeat(100_000) };
    const content = imageOf(config, [], { subject, annotations });
    expect((await putManifest(registry.url, name, content.digest, content)).status).toBe(201);
    all.push(content.digest);
  }
  const listed: Digest[] = [];
  let next: string | undefined = `/v2/${name}/referrers/${manifest.digest}`;
  let pages = 0;
  for (; next !== undefined && pages < all.length + 1; pages += 1) {
    const response: Response = await fetch(registry.url + next);
    const bytes = await response.bytes();
    expect(bytes.length).toBeLessThanOrEqual(4 * 1024 * 1024);
    const { manifests } = JSON.parse(new TextDecoder().decode(bytes)) as { manifests: { digest: Digest }[] };
    listed.push(...manifests.map(({ digest }) => digest));
    const link = response.headers.get("link");
    next = link === null ? undefined : parseNextLink(link);
  }
  expect(listed).toEqual(all.toSorted());
  // The page has as many entries as fit by their bytes. Their characters would fit three times.
  const entryBytes = 300_000 + 400;
  expect(pages).toBe(Math.ceil(all.length / Math.floor(contentLimits.referrersPageBytes / entryBytes)));
});

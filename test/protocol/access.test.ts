/** Tests every row that requires an access right with a policy that refuses. */
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { AccessRequest, Decision } from "../../src/auth/grant.ts";
import { rows } from "../../src/api/table.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { prepare, succeedingRequest, type Prepared } from "../support/prepared.ts";
import { codesOf, pushBlob, startUpload } from "../support/push.ts";
import { ask, rawCodesOf, textOf, type RawRequest } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { requestOf } from "../support/requests.ts";

setDefaultTimeout(patienceMs);

let decide: (request: AccessRequest) => Decision = () => "granted";
let registry: TestRegistry;
let prepared: Prepared;
beforeAll(async () => {
  registry = await startRegistry({ policy: { decide: (request) => decide(request) } });
  prepared = await prepare(registry, "library/private");
});
beforeEach(() => {
  decide = () => "granted";
});
afterAll(() => registry.dispose());

const challenge = 'Basic realm="registry"';
const refusals = [
  { name: "denied", decision: "denied", status: 403, code: "DENIED", header: null },
  { name: "challenged", decision: { challenge }, status: 401, code: "UNAUTHORIZED", header: challenge },
] as const;

/** Everything that the client can see, except the time. */
async function seen(request: RawRequest) {
  const response = await ask(registry.port, request);
  response.headers.delete("date");
  return { status: response.status, headers: [...response.headers], body: textOf(response) };
}

for (const row of rows.filter(({ access }) => access !== undefined)) {
  describe(row.id, () => {
    for (const { name, decision, status, code, header } of refusals) {
      test(`SEC-09 ${name}: the reply is ${status}, the same for existing and for missing content`, async () => {
        decide = () => decision;
        const there = succeedingRequest(row, prepared);
        const response = await ask(registry.port, there);
        expect(response.status).toBe(status);
        expect(response.headers.get("www-authenticate")).toBe(header);
        if (row.method === "HEAD") expect(response.body.length).toBe(0);
        else expect(rawCodesOf(response)).toEqual([code]);
        expect(await seen(requestOf(row, { path: { name: "no/such" } }))).toEqual(await seen(there));
      });
    }

    test("SEC-09 a request is refused before its query, headers and body are checked", async () => {
      decide = () => "denied";
      // Four rows have a header that the HTTP server itself would refuse for its size.
      const nonsense = Object.keys(row.headers)
        .filter((name) => name !== "content-length")
        .slice(0, 3);
      const response = await ask(registry.port, {
        ...requestOf(row, { query: Object.fromEntries(Object.keys(row.query).map((name) => [name, "\0"])) }),
        headers: [...nonsense.map((name) => [name, "x".repeat(4097)] as const), ["Content-Length", "2000000000000"]],
        body: new Uint8Array(),
      });
      expect(response.status).toBe(403);
    });

    test("the policy receives exactly the action and the object of the row", async () => {
      const asked: AccessRequest[] = [];
      decide = (request) => {
        asked.push(request);
        return "denied";
      };
      await ask(registry.port, requestOf(row));
      const { access, parameters } = row;
      const object = access && "object" in access ? parameters[access.object ?? ""]?.examples[0] : undefined;
      const expected: unknown = {
        principal: { name: "anonymous" },
        action: access!.action,
        ...("name" in parameters && { repository: parameters["name"]?.examples[0], object: String(object) }),
      };
      expect(asked as readonly unknown[]).toEqual([expected]);
    });
  });
}

test("MNT-02 CVE-2024-39897 without the right to pull from the source, a mount starts an upload session, for an existing and for a missing blob", async () => {
  decide = ({ repository, action }) =>
    repository === "library/private" && action === "pull" ? { challenge } : "granted";
  for (const { digest } of [prepared.blob, blobOf("nowhere")]) {
    const post = await fetch(`${registry.url}/v2/team/thief/blobs/uploads/?mount=${digest}&from=library/private`, {
      method: "POST",
    });
    expect(post.status).toBe(202);
    expect(post.headers.get("location")).toStartWith("/v2/team/thief/blobs/uploads/");
  }
  const stolen = await fetch(`${registry.url}/v2/team/thief/blobs/${prepared.blob.digest}`);
  expect(stolen.status).toBe(404);
});

test("CAN-03 a client that may only push can push a blob, and read and cancel an upload session", async () => {
  decide = ({ action }) => (action === "push" ? "granted" : "denied");
  const location = await startUpload(registry.url, "team/pusher");
  expect((await fetch(`${registry.url}${location}`)).status).toBe(204);
  expect((await fetch(`${registry.url}${location}`, { method: "DELETE" })).status).toBe(204);
  const blob = blobOf("write only");
  await pushBlob(registry.url, "team/pusher", blob);
  const get = await fetch(`${registry.url}/v2/team/pusher/blobs/${blob.digest}`);
  expect([get.status, await codesOf(get)]).toEqual([403, ["DENIED"]]);
});

test("TOK-06 a client that may only pull can neither push, continue an upload session, nor delete", async () => {
  decide = ({ action }) => (action === "pull" || action === "base" ? "granted" : "denied");
  for (const row of rows) {
    const wanted = row.access?.action;
    if (wanted !== "push" && wanted !== "delete") continue;
    const response = await ask(registry.port, succeedingRequest(row, prepared));
    expect([row.id, response.status]).toEqual([row.id, 403]);
  }
  expect((await fetch(`${registry.url}/v2/library/private/blobs/${prepared.loose.digest}`)).status).toBe(200);
});

test("TAGP-01 a push by digest needs the right to each tag that it moves; if one is missing, nothing is stored", async () => {
  decide = ({ object }) => (object === "protected" ? "denied" : "granted");
  const { bytes, digest } = prepared.nextManifest;
  const url = `${registry.url}/v2/library/private/manifests/${digest}`;
  const headers = { "content-type": mediaTypes.ociManifest };
  const refused = await fetch(`${url}?tag=free&tag=protected`, { method: "PUT", body: bytes, headers });
  expect([refused.status, await codesOf(refused)]).toEqual([403, ["DENIED"]]);
  expect((await fetch(url)).status).toBe(404);
  expect((await fetch(`${url}?tag=free`, { method: "PUT", body: bytes, headers })).status).toBe(201);
});

test("TOK-05 a right to one repository gives no access to repositories with a similar name", async () => {
  decide = ({ repository }) => (repository === "library/private" ? "granted" : "denied");
  for (const name of [
    "library",
    "private",
    "library/privat",
    "library/privates",
    "library/private/x",
    "x/library/private",
  ]) {
    const list = await fetch(`${registry.url}/v2/${name}/tags/list`);
    expect([name, list.status]).toEqual([name, 403]);
  }
  expect((await fetch(`${registry.url}/v2/library/private/tags/list`)).status).toBe(200);
});

test("the health probes and the metrics need no access right", async () => {
  decide = () => "denied";
  for (const path of ["/healthz", "/readyz", "/metrics"]) {
    expect((await fetch(`${registry.url}${path}`)).status).toBe(200);
  }
});

/** Tests policies that grant some actions and refuse others. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { AccessRequest, Decision } from "../../src/auth/grant.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushImage } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const challenge = 'Basic realm="registry"';
const name = "team/guarded";

let decide: (request: AccessRequest) => Decision = () => "granted";
let registry: TestRegistry;
let image: Awaited<ReturnType<typeof pushImage>>;
beforeAll(async () => {
  registry = await startRegistry({ policy: { decide: (request) => decide(request) } });
  image = await pushImage(registry.url, name, "latest");
});
afterAll(() => registry.dispose());

function ask(path: string, method = "GET"): Promise<Response> {
  return fetch(registry.url + path, { method, redirect: "manual" });
}

test("BASE-02 code-11 an anonymous client gets the challenge at /v2/, as 401 for GET and HEAD, with and without the slash", async () => {
  decide = () => ({ challenge });
  for (const path of ["/v2/", "/v2"]) {
    const get = await ask(path);
    expect([get.status, get.headers.get("www-authenticate")]).toEqual([401, challenge]);
    expect([get.headers.get("content-type"), await codesOf(get)]).toEqual(["application/json", ["UNAUTHORIZED"]]);
    const head = await ask(path, "HEAD");
    expect([head.status, head.headers.get("www-authenticate"), await head.text()]).toEqual([401, challenge, ""]);
  }
});

test("CAT-03 CVE-2020-29662 the catalogue needs a separate right: the right to pull does not list repositories", async () => {
  decide = ({ action }) => (action === "catalog" ? { challenge } : "granted");
  for (const query of ["", "?n=1", "?last=team", "/"]) {
    const list = await ask(`/v2/_catalog${query}`);
    expect([list.status, list.headers.get("www-authenticate")]).toEqual([401, challenge]);
    expect(await list.text()).not.toContain(name);
  }
  expect((await ask(`/v2/${name}/tags/list`)).status).toBe(200);
});

test("CVE-2026-41888 code-12 a client without the right to delete can delete no tag either, by any form of the reference", async () => {
  decide = ({ action }) => (action === "delete" ? "denied" : "granted");
  const references = ["manifests/latest", `manifests/${image.manifest.digest}`, `blobs/${image.layer.digest}`];
  for (const reference of [...references, "manifests/latest/", "manifests/latest?tag=latest", "manifests/l%61test"]) {
    const refused = await ask(`/v2/${name}/${reference}`, "DELETE");
    expect([reference, refused.status, await codesOf(refused)]).toEqual([reference, 403, ["DENIED"]]);
  }
  for (const reference of references) expect((await ask(`/v2/${name}/${reference}`)).status).toBe(200);
});

/** The setting `deletion`, which forbids deletion. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { loadSettings } from "../../src/config/load.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushImage } from "../support/push.ts";
import { startRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

test("SPEC-DEL-01 a deletion is 405 with the remaining methods if the setting is off, and removes nothing", async () => {
  const registry = await startRegistry({ settings: loadSettings(["--deletion", "off"], {}) });
  afterAll(() => registry.dispose());
  const { manifest, layer } = await pushImage(registry.url, "library/kept", "latest");
  for (const path of ["manifests/latest", `manifests/${manifest.digest}`, `blobs/${layer.digest}`]) {
    const url = `${registry.url}/v2/library/kept/${path}`;
    const response = await fetch(url, { method: "DELETE" });
    expect([path, response.status, await codesOf(response.clone())]).toEqual([path, 405, ["UNSUPPORTED"]]);
    expect(await response.text()).toContain("(setting deletion)");
    expect(response.headers.get("allow")).toBe(path.startsWith("blobs") ? "GET, HEAD" : "GET, HEAD, PUT");
    expect((await fetch(url)).status).toBe(200);
  }
  const upload = await fetch(`${registry.url}/v2/library/kept/blobs/uploads/`, { method: "POST" });
  expect((await fetch(registry.url + upload.headers.get("location")!, { method: "DELETE" })).status).toBe(204);
});

/** Conditional pushes and deletions: they affect only the version that the client has seen. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { blobOf, imageOf, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { startRepository } from "../support/repository.ts";

setDefaultTimeout(patienceMs);

const name = "library/conditions";
const { image, at, registry } = await startRepository(name);

function version(label: string): Content {
  return imageOf(image.config, [image.layer], { annotations: { label } });
}

function push(reference: string, content: Content, headers: Record<string, string>): Promise<Response> {
  const type = { "content-type": "application/vnd.oci.image.manifest.v1+json" };
  return at(reference, { method: "PUT", headers: { ...type, ...headers }, body: content.bytes });
}

async function tagged(tag: string): Promise<string | null> {
  return (await at(tag, { method: "HEAD" })).headers.get("docker-content-digest");
}

test("SPEC-COND-01 If-Match replaces a tag only if it is unchanged since the client read it", async () => {
  const [one, two, three] = [version("one"), version("two"), version("three")];
  const seen = (await push("moving", one, {})).headers.get("docker-content-digest")!;
  expect((await push("moving", two, { "if-match": `"${seen}"` })).status).toBe(201);

  const late = await push("moving", three, { "if-match": `"${seen}"` });
  const { errors } = (await late.json()) as { errors: unknown[] };
  expect([late.status, errors]).toEqual([
    412,
    [expect.objectContaining({ code: "UNSUPPORTED", detail: { current: two.digest } })],
  ]);
  expect(await tagged("moving")).toBe(two.digest);
  // A refused push stores nothing.
  expect((await at(three.digest)).status).toBe(404);
});

test("SPEC-COND-01 If-None-Match: * creates a tag, and does not replace one", async () => {
  const [one, two] = [version("first"), version("second")];
  expect((await push("fresh", one, { "if-none-match": "*" })).status).toBe(201);
  expect((await push("fresh", two, { "if-none-match": "*" })).status).toBe(412);
  expect((await push("absent", two, { "if-match": "*" })).status).toBe(412);
  expect([await tagged("fresh"), await tagged("absent")]).toEqual([one.digest, null]);
});

test("SPEC-COND-01 of twenty concurrent pushes with the same If-Match, one succeeds", async () => {
  const seen = (await push("raced", version("seen"), {})).headers.get("docker-content-digest")!;
  const racing = Array.from({ length: 20 }, (_, index) =>
    push("raced", version(`racer ${index}`), { "if-match": `"${seen}"` }),
  );
  const statuses = (await Promise.all(racing)).map(({ status }) => status);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([201, ...Array.from({ length: 19 }, () => 412)]);
});

test("SPEC-COND-01 the condition of a push by digest is about that digest", async () => {
  const content = version("by digest");
  expect((await push(content.digest, content, { "if-match": "*" })).status).toBe(412);
  expect((await push(content.digest, content, { "if-none-match": "*" })).status).toBe(201);
  expect((await push(content.digest, content, { "if-none-match": "*" })).status).toBe(412);
  expect((await push(`${content.digest}?tag=kept`, content, { "if-match": `"${content.digest}"` })).status).toBe(201);
  expect(await tagged("kept")).toBe(content.digest);
});

test("SPEC-COND-01 a conditional deletion removes only the version that the client has seen, by tag and by digest", async () => {
  const [one, two] = [version("seen"), version("moved to")];
  await push("leaving", one, {});
  await push("leaving", two, { "if-match": `"${one.digest}"` });
  const remove = (reference: string, headers: Record<string, string>) => at(reference, { method: "DELETE", headers });
  for (const reference of ["leaving", two.digest]) {
    const late = await remove(reference, { "if-match": `"${one.digest}"` });
    const { errors } = (await late.json()) as { errors: { detail: object }[] };
    expect([late.status, errors[0]?.detail]).toEqual([412, { current: two.digest }]);
    expect((await remove(reference, { "if-none-match": "*" })).status).toBe(412);
    expect(await tagged(reference)).toBe(two.digest);
    expect((await remove(reference, { "if-match": `"${two.digest}"` })).status).toBe(202);
  }
  expect((await remove("leaving", { "if-match": "*" })).status).toBe(404);
});

test("SPEC-COND-01 a blob is deleted only if its condition is true", async () => {
  const { bytes, digest } = blobOf("conditional");
  const blobs = `${registry.url}/v2/${name}/blobs`;
  expect((await fetch(`${blobs}/uploads/?digest=${digest}`, { method: "POST", body: bytes })).status).toBe(201);
  const remove = (match: string) => fetch(`${blobs}/${digest}`, { method: "DELETE", headers: { "if-match": match } });
  expect((await remove(`"${image.config.digest}"`)).status).toBe(412);
  expect((await fetch(`${blobs}/${digest}`, { method: "HEAD" })).status).toBe(200);
  expect((await remove(`"${digest}"`)).status).toBe(202);
});

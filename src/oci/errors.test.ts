import { describe, expect, test } from "bun:test";
import { catalogue, entryOf, RegistryError, type CatalogueEntry, type Failure } from "./errors.ts";

/** "Error Codes" of distribution-spec, in its order: the list is code-1 to code-14. */
const specifiedCodes = [
  "BLOB_UNKNOWN",
  "BLOB_UPLOAD_INVALID",
  "BLOB_UPLOAD_UNKNOWN",
  "DIGEST_INVALID",
  "MANIFEST_BLOB_UNKNOWN",
  "MANIFEST_INVALID",
  "MANIFEST_UNKNOWN",
  "NAME_INVALID",
  "NAME_UNKNOWN",
  "SIZE_INVALID",
  "UNAUTHORIZED",
  "DENIED",
  "UNSUPPORTED",
  "TOOMANYREQUESTS",
];

const entries = Object.entries(catalogue) as [Failure, CatalogueEntry][];
const clientErrors = entries.filter(([, { status }]) => status >= 400 && status < 500);
const serverErrors = entries.filter(([, { status }]) => status >= 500);

describe("the catalogue", () => {
  test("has only statuses 4xx and 5xx, and both", () => {
    expect(clientErrors.length + serverErrors.length).toBe(entries.length);
    expect(clientErrors).not.toBeEmpty();
    expect(serverErrors).not.toBeEmpty();
    for (const [, { status }] of entries) expect(status).toBeWithin(400, 600);
  });

  test("uses exactly the 14 codes of the specification for client errors", () => {
    expect(new Set(clientErrors.map(([, { code }]) => code))).toEqual(new Set(specifiedCodes));
  });

  test("uses none of the 14 codes for server errors", () => {
    for (const [, { code }] of serverErrors) expect(specifiedCodes).not.toContain(code);
  });

  test.each(clientErrors)("%s names the place of its code in the specification", (_, { code, source }) => {
    expect(source).toBe(`code-${specifiedCodes.indexOf(code) + 1}`);
  });

  test.each(entries)("%s says what was wrong, what to do, and which source defines it", (_, entry) => {
    for (const text of [entry.message, entry.advice, entry.source]) {
      expect(text.trim()).toBe(text);
      expect(text).toMatch(/^[ -~]+$/);
    }
    expect(entry.code).toMatch(/^[A-Z_]+$/);
  });

  test("no two failures have the same texts", () => {
    expect(new Set(entries.map(([, { message }]) => message)).size).toBe(entries.length);
  });

  test.each([
    [401, "WWW-Authenticate"],
    [405, "Allow"],
    [429, "Retry-After"],
    [503, "Retry-After"],
  ])("a %d always carries %s (RFC 9110)", (status, header) => {
    const found = entries.filter(([, entry]) => entry.status === status);
    expect(found).not.toBeEmpty();
    for (const [, { headers }] of found) expect(headers).toContain(header);
  });

  test("BLOB-09 a refused range includes the size, UP-24 a refused chunk the offset to continue at", () => {
    expect(entryOf("RANGE_UNSATISFIABLE")).toMatchObject({ status: 416, headers: ["Content-Range"] });
    expect(entryOf("CHUNK_OUT_OF_ORDER")).toMatchObject({
      status: 416,
      headers: ["Location", "Range", "Docker-Upload-UUID"],
    });
  });

  test.each([
    ["BLOB_UNKNOWN", 404],
    ["UPLOAD_UNKNOWN", 404],
    ["DIGEST_INVALID", 400],
    ["DIGEST_UNSUPPORTED", 400],
    ["DIGEST_MISMATCH", 400],
    ["MANIFEST_BLOB_UNKNOWN", 400],
    ["MANIFEST_INVALID", 400],
    ["MANIFEST_UNKNOWN", 404],
    ["NAME_INVALID", 400],
    ["TAG_INVALID", 400],
    ["NAME_UNKNOWN", 404],
    ["SIZE_INVALID", 400],
    ["BODY_TOO_LARGE", 413],
    ["UNAUTHORIZED", 401],
    ["DENIED", 403],
    ["METHOD_UNSUPPORTED", 405],
    ["TOO_MANY_REQUESTS", 429],
    ["INTERNAL", 500],
    ["UNAVAILABLE", 503],
  ] as const)("%s is answered %d", (failure, status) => {
    expect(entryOf(failure).status).toBe(status);
  });
});

describe("a RegistryError", () => {
  test("is an Error with the sentence of the catalogue by default", () => {
    const error = new RegistryError("BLOB_UNKNOWN");
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("RegistryError");
    expect(error.failure).toBe("BLOB_UNKNOWN");
    expect(error.message).toBe(catalogue.BLOB_UNKNOWN.message);
    expect(error.items).toEqual([{}]);
    expect(error.facts).toEqual({});
  });

  test("has one item with its own message and detail", () => {
    const item = { message: "the config is missing", detail: { at: "config" } };
    const error = new RegistryError("MANIFEST_INVALID", item);
    expect(error.message).toBe("the config is missing");
    expect(error.items).toEqual([item]);
  });

  test("MPUT-11 has several items in their order, and the message of the first", () => {
    const items = [{ message: "first", detail: { digest: "a" } }, { detail: { digest: "b" } }];
    const error = new RegistryError("MANIFEST_BLOB_UNKNOWN", items);
    expect(error.items).toEqual(items);
    expect(error.message).toBe("first");
    expect(new RegistryError("MANIFEST_BLOB_UNKNOWN", items.toReversed()).message).toBe(
      catalogue.MANIFEST_BLOB_UNKNOWN.message,
    );
  });

  test("has the facts for the headers", () => {
    const session = { repository: "foo/bar", id: "0d9a5c31", offset: 17 };
    expect(new RegistryError("CHUNK_OUT_OF_ORDER", {}, { session }).facts).toEqual({ session });
    expect(new RegistryError("RANGE_UNSATISFIABLE", {}, { size: 0 }).facts.size).toBe(0);
  });
});

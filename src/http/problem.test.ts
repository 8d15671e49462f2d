import { describe, expect, test } from "bun:test";
import { RegistryError } from "../oci/errors.ts";
import { table } from "../api/table.ts";
import { problemOf } from "./problem.ts";
import { breachOfProblem } from "./reply.ts";

const errorsOf = (body: string) => (JSON.parse(body) as { errors: { code: string; detail?: unknown }[] }).errors;

describe("LEG-15 several errors in one reply", () => {
  const error = new RegistryError("MANIFEST_INVALID", [
    { failure: "NAME_INVALID", message: "the manifest is of another repository", detail: { name: "aa/bb" } },
    { failure: "TAG_INVALID" },
    { failure: "MANIFEST_BLOB_UNKNOWN", detail: { digest: "sha256:0" } },
    { message: "its own" },
  ]);

  test("each error has the code of its failure, and the reply has the status of the first", () => {
    const { status, failure, body } = problemOf(error, "id");
    expect([status, failure]).toEqual([400, "MANIFEST_INVALID"]);
    const codes = ["NAME_INVALID", "NAME_INVALID", "MANIFEST_BLOB_UNKNOWN", "MANIFEST_INVALID"];
    expect(errorsOf(body).map(({ code }) => code)).toEqual(codes);
    expect(errorsOf(body)[0]).toEqual({
      code: "NAME_INVALID",
      message: "the manifest is of another repository",
      detail: { name: "aa/bb" },
    } as object as { code: string });
  });

  test("each error has the code of the row's dialect", () => {
    const { body, status } = problemOf(error, "id", "2014");
    expect(status).toBe(400);
    expect(errorsOf(body).map(({ code }) => code)).toEqual([
      "INVALID_NAME",
      "INVALID_TAG",
      "UNKNOWN_LAYER",
      "INVALID_MANIFEST",
    ]);
    expect(errorsOf(body)[2]?.detail).toEqual({ unknown: { blobSum: "sha256:0" } });
  });

  test("each error must be declared by the row", () => {
    expect(breachOfProblem(table.legacyManifestPut, problemOf(error, "id", "2014"))).toBeUndefined();
    const stray = new RegistryError("MANIFEST_INVALID", [{}, { failure: "DIGEST_MISMATCH" }]);
    expect(breachOfProblem(table.legacyManifestPut, problemOf(stray, "id"))).toBe(
      "failure DIGEST_MISMATCH is not declared",
    );
  });
});

test("LEG-08 a failure without a code of 2014 keeps the code of today", () => {
  const { body } = problemOf(new RegistryError("DENIED"), "id", "2014");
  expect(errorsOf(body)[0]?.code).toBe("DENIED");
});

test("LEG-16 an unexpected error is 500 UNKNOWN in both dialects, with the request's id and without its cause", () => {
  for (const dialect of ["today", "2014"] as const) {
    const { status, body } = problemOf(new Error("/secret/path"), "4711", dialect);
    expect([status, errorsOf(body)]).toEqual([
      500,
      [expect.objectContaining({ code: "UNKNOWN", detail: { request: "4711" } })],
    ]);
    expect(body).not.toContain("secret");
  }
});

import { createHash } from "node:crypto";
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { paxBody, tarEnd, tarFile, tarOf, type TarFile } from "../../../test/support/tar.ts";
import { hasVectors, vector } from "../../../test/support/vectors.ts";
import { dockerLimits } from "../limits.ts";
import type { TarsumVersion } from "./label.ts";
import { TarError } from "./tar-header.ts";
import { TarsumDigester } from "./tarsum.ts";

function tarsum(archive: Uint8Array, version: TarsumVersion = 1, extra?: Uint8Array): string {
  const digester = new TarsumDigester({ version, algorithm: "sha256" });
  digester.update(archive);
  return digester.digest(extra);
}

/**
 * Values published with Docker's own tests. Those without `extra`, and those of the collisions, are in the protocol's
 * notes.
 */
const published = [
  ["46af0962-layer", 0, true, "4095cc12fa5fdb1ab2760377e1cd0c4ecdd3e61b4f9b82319d96fcea6c9a41c6"],
  ["46af0962-layer", 1, true, "db56e35eec6ce65ba1588c20ba6b1ea23743b59e81fb6b7f358ccbde5580345c"],
  ["46af0962-layer", 0, false, "5e2c2a5b29c91f5ae3323f6cd74d1274c99de342669cb2e0c2b99f5e69c15598"],
  ["46af0962-layer", 1, false, "41cd5c911333ee394776e432fc5a27cc82dfea313e5feff965e31c0fddd9213d"],
  ["xattr-layer", 0, true, "07e304a8dbcb215b37649fde1a699f8aeea47e60815707f1cdf4d55d25ff6ab4"],
  ["xattr-layer", 1, true, "6c58917892d77b3b357b0f9ad1e28e1f4ae4de3a8006bd3beb8beda214d8fd16"],
  ["xattr-layer", 0, false, "c4c85576835bb02f053d33ef691d7c92a889ef8365481c608e6c33769d519ddf"],
  ["xattr-layer", 1, false, "e77e6c36c4bc32c0795ca8a8c086bbaa6cb83b0d785522182d45d770cc5eeb6f"],
  ["511136ea-layer", 0, true, "c66bd5ec9f87b8f4c6135ca37684618f486a3dd1d113b138d0a177bfa39c2571"],
  ["511136ea-layer", 0, false, "2a7812e636235448785062100bb9103096aa6655a8f6bb9ac9b13fe8290f66df"],
  ["511136ea-layer", 1, false, "324d4cf44ee7daa46266c1df830c61a7df615c0632176a339e7310e34723d67a"],
  ["collision-0", 0, false, "08653904a68d3ab5c59e65ef58c49c1581caa3c34744f8d354b3f575ea04424a"],
  ["collision-0", 1, false, "d7348fb88fa1606faa7a3722b04b87fc216319b2d74b57813ea1e486e31f4233"],
  ["collision-1", 0, false, "b51c13fbefe158b5ce420d2b930eef54c5cd55c50a2ee4abdddea8fa9f081e0d"],
  ["collision-1", 1, false, "bf322024fcfd558570017bff1687c6e59074cd4168caf1b6f8e24dae2d63c030"],
  ["collision-2", 0, false, "381547080919bb82691e995508ae20ed33ce0f6948d41cafbeb70ce20c73ee8e"],
  ["collision-2", 1, false, "ad7fe80401f900af4a72ba8c3d82c441fe4521224f0c0a18066c3a510bb50e08"],
  ["collision-3", 0, false, "f886e431c08143164a676805205979cd8fa535dfcef714db5515650eea5a7c0f"],
  ["collision-3", 1, false, "8da7de4b6758b25676f2db41cee3364f147199fb1239ba2a9f762f1dbe12be4d"],
] as const;

describe.if(hasVectors)("published tarsums", () => {
  for (const [name, version, withExtra, expected] of published) {
    test(`${name}, version ${version}${withExtra ? ", with extra" : ""}`, () => {
      const file = name.startsWith("collision") ? name : `tarsum-${name}`;
      const extra = withExtra ? vector(`tarsum/${file.replace("-layer", "-extra")}.json`) : undefined;
      expect(tarsum(vector(`tarsum/${file}.tar`), version, extra)).toBe(expected);
    });
  }
});

const nothing = createHash("sha256").digest("hex");

test("an archive without entries has the sum of no bytes, with or without its end", () => {
  expect(tarsum(tarEnd)).toBe(nothing);
  expect(tarsum(new Uint8Array())).toBe(nothing);
  expect(tarsum(new Uint8Array(512))).toBe(nothing);
});

test("a file of a megabyte of zeros has the sum from Docker's old tests", () => {
  // Fields as Docker's test writes them: a regular file without a name, an owner or a time.
  const file = { name: "", body: new Uint8Array(1024 * 1024), mode: 0, type: "\0", raw: { 257: "\0".repeat(8) } };
  const zero = tarOf(file);
  const entry = "namemode0uid0gid0size1048576mtime0typeflag\0linknameunamegnamedevmajor0devminor0";
  const sum = createHash("sha256").update(entry, "latin1").update(file.body).digest("hex");
  expect(tarsum(zero, 0)).toBe(createHash("sha256").update(sum).digest("hex"));
});

const files: readonly TarFile[] = [
  { name: "./etc/", type: "5", mode: 0o755 },
  { name: "./etc/hosts", body: "localhost", mtime: 1_400_000_000 },
  { name: "./etc/link", type: "2", linkname: "hosts" },
  { name: "./dev/null", type: "3", raw: { 329: "0000001", 337: "0000003" } },
];

describe("the fields that count", () => {
  test("the order of the entries, the padding and data after the end do not count", () => {
    const expected = tarsum(tarOf(...files));
    expect(tarsum(tarOf(...files.toReversed()))).toBe(expected);
    expect(tarsum(Buffer.concat([tarOf(...files), Buffer.alloc(9000), Buffer.from("anything")]))).toBe(expected);
    const dirty = Buffer.from(tarOf(...files));
    dirty[512 + 512 + 9 + 100] = 7;
    expect(tarsum(dirty)).toBe(expected);
  });

  test("the time counts in version 0 only", () => {
    const later = files.map((file) => ({ ...file, mtime: 5 }));
    expect(tarsum(tarOf(...later), 1)).toBe(tarsum(tarOf(...files), 1));
    expect(tarsum(tarOf(...later), 0)).not.toBe(tarsum(tarOf(...files), 0));
  });

  test("every other field counts", () => {
    const plain: TarFile = { name: "a", body: "b" };
    const changes: TarFile[] = [
      { ...plain, name: "c" },
      { ...plain, body: "c" },
      { ...plain, mode: 0o600 },
      { ...plain, uid: 1 },
      { ...plain, type: "\0" },
      { ...plain, linkname: "x" },
      { ...plain, raw: { 116: "0000001" } },
      { ...plain, raw: { 265: "root" } },
      { ...plain, raw: { 297: "root" } },
      { ...plain, raw: { 345: "prefix" } },
    ];
    const sums = [plain, ...changes].map((file) => tarsum(tarOf(file)));
    expect(new Set(sums).size).toBe(sums.length);
  });

  test("extended headers replace fields of the header; attributes count in version 1, sorted by their keys", () => {
    const name = `${"long/".repeat(60)}name`;
    const pax = (records: Readonly<Record<string, string>>) =>
      tarOf({ name: "pax", type: "x", body: paxBody(records) }, { name: "short", body: "b" });
    const gnu = tarOf({ name: "././@LongLink", type: "L", body: `${name}\0` }, { name: "short", body: "b" });
    expect(tarsum(pax({ path: name }))).toBe(tarsum(gnu));
    expect(tarsum(pax({ path: "short" }))).toBe(tarsum(tarOf({ name: "short", body: "b" })));
    expect(tarsum(pax({ mtime: "7.9" }), 0)).toBe(tarsum(tarOf({ name: "short", body: "b", mtime: 7 }), 0));
    const attributes = pax({ "SCHILY.xattr.user.b": "2", "SCHILY.xattr.user.a": "1" });
    expect(tarsum(attributes)).toBe(tarsum(pax({ "SCHILY.xattr.user.a": "1", "SCHILY.xattr.user.b": "2" })));
    expect(tarsum(attributes)).not.toBe(tarsum(pax({})));
    expect(tarsum(attributes, 0)).toBe(tarsum(pax({}), 0));
  });
});

test("the result does not depend on the pieces in which an archive arrives", () => {
  const archive = tarOf(
    ...files,
    { name: "x", type: "x", body: paxBody({ path: "y".repeat(300) }) },
    { body: "z".repeat(2000) },
  );
  const expected = tarsum(archive);
  fc.assert(
    fc.property(fc.array(fc.nat(archive.length), { maxLength: 8 }), (cuts) => {
      const digester = new TarsumDigester({ version: 1, algorithm: "sha256" });
      const places = [0, ...cuts.toSorted((a, b) => a - b), archive.length];
      for (const [index, place] of places.slice(1).entries()) {
        // The piece is changed afterwards, like a reused buffer.
        const piece = Uint8Array.from(archive.subarray(places[index], place));
        digester.update(piece);
        piece.fill(0xff);
      }
      expect(digester.digest()).toBe(expected);
    }),
  );
});

describe("entries with the same name", () => {
  const sumOf = (file: TarFile) => {
    const digester = createHash("sha256");
    digester.update(
      `name${file.name}mode420uid0gid0size${(file.body as string).length}typeflag0linknameunamegnamedevmajor0devminor0${file.body as string}`,
    );
    return digester.digest("hex");
  };
  const numbered = (name: string) =>
    Array.from({ length: 40 }, (_, index): TarFile => ({ name, body: String(index) })).toSorted((a, b) =>
      sumOf(a) < sumOf(b) ? -1 : 1,
    );
  const total = (...ordered: readonly TarFile[]) =>
    createHash("sha256").update(ordered.map(sumOf).join("")).digest("hex");

  test("are sorted by their position in the archive, not by their sums", () => {
    const [small, large] = [numbered("a")[0]!, numbered("a")[39]!];
    expect(tarsum(tarOf(large, small))).toBe(total(large, small));
    expect(tarsum(tarOf(small, large))).toBe(total(small, large));
    const other = { name: "b", body: "other" };
    const sorted = sumOf(other) < sumOf(small) ? [other, large, small] : [large, small, other];
    const between = sumOf(other) > sumOf(small) && sumOf(other) < sumOf(large);
    if (!between) expect(tarsum(tarOf(large, small, other))).toBe(total(...sorted));
  });

  test("with another sum between theirs, the order is undefined and there is no tarsum", () => {
    const [small, large] = [numbered("a")[0]!, numbered("a")[39]!];
    const middle = numbered("b").find((file) => sumOf(file) > sumOf(small) && sumOf(file) < sumOf(large))!;
    expect(() => tarsum(tarOf(large, middle, small))).toThrow("no defined order");
    expect(tarsum(tarOf(small, middle, large))).toBe(total(small, middle, large));
  });
});

describe("an invalid archive, or one beyond the limits, has no tarsum", () => {
  const archive = tarOf(...files);
  const huge = "9".repeat(30);
  const cases: Readonly<Record<string, [Uint8Array, string]>> = {
    "bytes that are none": [Buffer.alloc(512, "x"), "not octal"],
    "a wrong checksum": [tarFile({ wrongChecksum: true }), "checksum"],
    "an end in a header": [archive.subarray(0, 100), "truncated"],
    "an end in a body": [tarFile({ body: "body", size: 600 }), "truncated"],
    "an extended header with nothing after it": [tarOf({ type: "x", body: paxBody({ path: "a" }) }), ""],
    "a block of zeros in the middle": [Buffer.concat([Buffer.alloc(512), archive]), "zeros"],
    "a sparse file": [tarFile({ type: "S" }), "sparse"],
    "a sparse file of POSIX": [tarOf({ type: "x", body: paxBody({ "GNU.sparse.major": "1" }) }, {}), "sparse"],
    "a negative size": [tarFile({ raw: { 124: Buffer.alloc(12, 0xff) } }), "negative"],
    "a size beyond numbers": [
      tarFile({ raw: { 124: Buffer.concat([Buffer.of(0xbf), Buffer.alloc(11, 0xff)]) } }),
      "too large",
    ],
    "an extended header beyond the limit": [
      tarFile({ type: "L", size: dockerLimits.tarExtensionBytes + 1 }),
      "too large",
    ],
    "an extended header without records": [tarOf({ type: "x", body: "nonsense" }, {}), "malformed"],
    "a record longer than its header": [tarOf({ type: "x", body: `${huge} path=a\n` }, {}), "malformed"],
    "something after the last record": [
      tarOf({ type: "x", body: `${paxBody({ path: "a" }).toString()}rest` }, {}),
      "malformed",
    ],
    "a record without an equals sign": [tarOf({ type: "x", body: "9 nothin\n" }, {}), "malformed"],
    "a number that is not decimal": [tarOf({ type: "x", body: paxBody({ uid: "0x10" }) }, {}), "malformed"],
  };
  for (const [what, [bytes, reason]] of Object.entries(cases)) {
    test(what, () => {
      if (reason === "") expect(tarsum(bytes)).toBe(nothing);
      else expect(() => tarsum(bytes)).toThrow(reason);
      if (reason !== "") expect(() => tarsum(bytes)).toThrow(TarError);
    });
  }
});

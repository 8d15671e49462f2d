import { afterEach, beforeEach, expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { ManualClock } from "../../base/clock.ts";
import { ociLimits } from "../../oci/limits.ts";
import { legacyLimits } from "./limits.ts";
import type { Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { mediaTypes } from "../../oci/media-type.ts";
import type { Tag } from "../../oci/reference.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import { ConversionError } from "../../docker/schema1/conversion-error.ts";
import { generateSigningKey } from "../../docker/schema1/key.ts";
import { openSigned } from "../../docker/schema1/signed.ts";
import { Conversions, type Conversion } from "./conversions.ts";

const key = generateSigningKey();
let conversions: Conversions;
beforeEach(() => void (conversions = new Conversions(new ManualClock(), key)));
afterEach(() => conversions.close());

const digest = `sha256:${"a".repeat(64)}` as Digest;

function wanted(tag: string, name = "team/app"): Conversion {
  return { name: name as RepositoryName, tag: tag as Tag, digest, mediaType: mediaTypes.ociManifest };
}

const bytesOf = (document: object) => new Uint8Array(Buffer.from(JSON.stringify(document)));
const config = bytesOf({
  architecture: "amd64",
  os: "linux",
  history: [{ created_by: "step" }],
  rootfs: { type: "layers", diff_ids: [digest] },
});
const layer = { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest, size: 1 };
const configType = "application/vnd.oci.image.config.v1+json";
const manifest = bytesOf({ schemaVersion: 2, config: { ...layer, mediaType: configType }, layers: [layer] });

/** Returns this image, and counts its reads. */
function reader(image = { manifest, config }) {
  const counted = {
    reads: 0,
    read: async () => {
      counted.reads += 1;
      return image;
    },
  };
  return counted;
}

test("M13: a conversion is cached with its signature at its second request", async () => {
  const source = reader();
  const [, second] = [
    await conversions.get(wanted("v1"), source.read),
    await conversions.get(wanted("v1"), source.read),
  ];
  expect(await conversions.get(wanted("v1"), source.read)).toBe(second);
  expect(source.reads).toBe(2);
  const { payload, content, signatures } = openSigned(second.manifest.bytes);
  expect(content).toMatchObject({ name: "team/app", tag: "v1" });
  expect(signatures.map(({ keyId }) => keyId)).toEqual([key.keyId]);
  expect(second.manifest.size).toBe(second.manifest.bytes.length);
  expect(payload.length).toBeLessThan(second.manifest.size);
});

test("M13: another name, tag, manifest or type is a separate conversion", async () => {
  const source = reader();
  for (const each of ["first", "again"]) {
    const { manifest: given } = await conversions.get(wanted("v1"), source.read);
    expect([each, given.mediaType]).toEqual([each, mediaTypes.dockerSchema1Signed]);
  }
  const other = `sha256:${"b".repeat(64)}` as Digest;
  const others: Conversion[] = [
    wanted("v2"),
    wanted("v1", "team/other"),
    { ...wanted("v1"), digest: other },
    { ...wanted("v1"), mediaType: mediaTypes.dockerManifest },
  ];
  for (const each of others) {
    const before = source.reads;
    await conversions.get(each, source.read);
    expect(source.reads).toBe(before + 1);
  }
});

test("M13: concurrent requests for the same conversion share one result", async () => {
  const source = reader();
  const asked = Array.from({ length: 30 }, () => conversions.get(wanted("v1"), source.read));
  const [first, ...others] = await Promise.all(asked);
  for (const other of others) expect(other).toBe(first!);
  expect(source.reads).toBe(1);
});

test("M13: an image that cannot be converted is refused each time, and read at most twice", async () => {
  const source = reader({ manifest, config: bytesOf({ architecture: "amd64", os: "linux", history: [] }) });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expect(await rejectionOf(conversions.get(wanted("v1"), source.read))).toBeInstanceOf(ConversionError);
  }
  expect(source.reads).toBe(2);
});

test("M13: an image that cannot be read is read again later", async () => {
  const lost = () => Promise.reject(new ConversionError("config", "", "is not here"));
  for (let attempt = 0; attempt < 3; attempt += 1) await rejectionOf(conversions.get(wanted("v1"), lost));
  const source = reader();
  await conversions.get(wanted("v1"), source.read);
  expect(source.reads).toBe(1);
});

test("M13: the number of waiting conversions of one repository is limited, and other repositories are not affected", async () => {
  const gate = Promise.withResolvers<{ manifest: Uint8Array; config: Uint8Array }>();
  const first = conversions.get(wanted("first"), () => gate.promise);
  const source = reader();
  const waiting = Array.from({ length: legacyLimits.conversionsWaitingOfRepository }, (_, nth) =>
    conversions.get(wanted(`waiting-${nth}`), source.read),
  );
  const refused = await rejectionOf(conversions.get(wanted("late"), source.read));
  expect(refused).toMatchObject({
    failure: "TOO_MANY_REQUESTS",
    facts: { retryAfterSeconds: ociLimits.retryAfterSeconds },
  });
  expect(refused).toBeInstanceOf(RegistryError);
  const other = conversions.get(wanted("v1", "team/other"), source.read);
  gate.resolve({ manifest, config });
  await Promise.all([first, other, ...waiting]);
  await conversions.get(wanted("late"), source.read);
});

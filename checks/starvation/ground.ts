/** The content of the registry before the first attack. */
import { mediaTypes } from "../../src/oci/media-type.ts";
import { compose, draftOf, type Message } from "../fuzz/message.ts";
import { Wire } from "../fuzz/wire.ts";
import { put } from "../bombs/volley.ts";
import { blobOf, descriptorOf, imageOf, type Content } from "../../test/support/content.ts";

const MiB = 1024 * 1024;

export const name = "starvation/ground";
export const config = blobOf("config");
/** The image that honest clients pull. */
export const image = imageOf(config, []);
export const layer = blobOf("layer", 2 * MiB);
/** A blob for aborted downloads, large enough to wait in the queue. */
export const aborted = blobOf("aborted", 3 * MiB);

/** An image whose manifest has about `bytes` bytes. */
export function imageOfSize(bytes: number, label: string): Content {
  const empty = imageOf(config, [], { annotations: { label, filler: "" } });
  return imageOf(config, [], { annotations: { label, filler: "x".repeat(bytes - empty.bytes.length) } });
}

export const largeManifest = imageOfSize(4 * MiB - 64, "large");
export const distinctManifests = Array.from({ length: 40 }, (_, at) => imageOfSize(4 * MiB - 64, `distinct ${at}`));

const referrers = Array.from({ length: 9 }, (_, at) =>
  imageOf(config, [], {
    subject: { ...descriptorOf(image), mediaType: mediaTypes.ociManifest },
    annotations: { number: `${at}`, filler: "x".repeat(250_000) },
  }),
);

const tagCount = 10_000;

function* pushes(short: boolean): Generator<Message> {
  for (const { bytes, digest } of [config, layer, aborted]) {
    yield compose(draftOf("POST", `/v2/${name}/blobs/uploads/?digest=${digest}`, bytes));
  }
  for (const { bytes, digest } of [image, largeManifest, ...(short ? [] : [...distinctManifests, ...referrers])]) {
    yield put(`/v2/${name}/manifests/${digest}`, bytes, mediaTypes.ociManifest);
  }
  for (let first = 0; first < tagCount; first += 50) {
    const tags = Array.from({ length: 50 }, (_, at) => `tag=${`t${first + at}-`.padEnd(120, "t")}`).join("&");
    yield put(`/v2/${name}/manifests/${image.digest}?${tags}`, image.bytes, mediaTypes.ociManifest);
  }
}

/** `short` omits the content that only a full run needs. */
export async function prepare(port: number, short: boolean): Promise<void> {
  const wire = await Wire.open(port);
  for (const { method, bytes } of pushes(short)) {
    wire.send(bytes);
    const reply = await wire.next(method, 60_000);
    if (typeof reply === "string" || reply.status !== 201) throw new Error(`preparing: ${JSON.stringify(reply)}`);
  }
  wire.cut();
}

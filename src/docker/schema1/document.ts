import { ociLimits } from "../../oci/limits.ts";
import { parseDigest, type Digest } from "../../oci/digest.ts";
import { isJsonObject, type JsonObject } from "../../oci/json.ts";
import { isSchema1, parseMediaTypeField } from "../../oci/media-type.ts";
import { parseTag } from "../../oci/reference.ts";
import { parseRepositoryName } from "../../oci/repository-name.ts";

/** What the registry knows of a schema 1 manifest's content. Its bytes are stored separately. */
export interface Schema1Document {
  /** The name exactly as written. If it is not a name, or not the expected one, a fault says so. */
  readonly name: string;
  readonly tag: string;
  /** Empty if the document does not name it. */
  readonly architecture: string;
  /** The layers in the order of the document, top layer first. At least one. */
  readonly layers: readonly Schema1Layer[];
}

/** One element of `fsLayers` with its element of `history`. */
export interface Schema1Layer {
  /** A `sha256:…`, a `tarsum.v1+sha256:…`, or a digest of any other algorithm. Only the grammar is checked. */
  readonly blobSum: Digest;
  /** The JSON text of a v1 image, which is not parsed here. */
  readonly v1Compatibility: string;
}

/**
 * One fault of a pushed manifest. The kinds are those of the seed's table of errors, in its order: not a document, then
 * name, tag, signature, layers.
 */
export interface Schema1Fault {
  readonly kind: "document" | "name" | "tag" | "signature" | "layers";
  /** The place in the document; empty for the whole document. */
  readonly at: string;
  /** The reason as a clause that follows the place. */
  readonly reason: string;
}

/** The name and tag of the push. Without them, only the grammar of the document's own name and tag is checked. */
export interface Expectation {
  readonly name?: string;
  readonly tag?: string;
}

/** The result of reading a document. */
export interface DocumentReading {
  /** Undefined if a fault of kind `document` or `layers` makes it unusable. */
  readonly document?: Schema1Document;
  /** The faults in the order of kinds; empty if the document is correct. */
  readonly faults: readonly Schema1Fault[];
}

type Note = (kind: Schema1Fault["kind"], at: string, reason: string) => undefined;

/**
 * Reads a parsed payload (protocol sheet 5.1, 5.6; seed 004). Unknown fields are ignored. It throws nothing: `faults`
 * has all faults, at most one for each layer and field.
 */
export function readDocument(content: JsonObject, expected: Expectation = {}): DocumentReading {
  const faults: Schema1Fault[] = [];
  const note: Note = (kind, at, reason) => void faults.push({ kind, at, reason });
  checkVersion(content, note);
  const name = textOf(content, "name", note);
  const tag = textOf(content, "tag", note);
  const architecture = textOf(content, "architecture", note);
  if (name !== undefined) checkName(name, expected.name, note);
  if (tag !== undefined) checkTag(tag, expected.tag, note);
  const layers = layersOf(content, note);
  const broken = faults.some(({ kind }) => kind === "document" || kind === "layers");
  return {
    faults: inOrder(faults),
    ...(!broken && { document: { name, tag, architecture, layers } as Schema1Document }),
  };
}

const order: readonly Schema1Fault["kind"][] = ["document", "name", "tag", "signature", "layers"];

/**
 * Sorts faults in the order of the seed. A client that shows only the first error then shows the one that explains the
 * others.
 */
export function inOrder(faults: readonly Schema1Fault[]): Schema1Fault[] {
  return faults.toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
}

function checkVersion(content: JsonObject, note: Note): void {
  if (content["schemaVersion"] !== 1) note("document", "schemaVersion", "must be 1");
  const { mediaType } = content;
  const type = parseMediaTypeField(mediaType ?? "");
  if (mediaType && !(type && isSchema1(type))) note("document", "mediaType", "is not one of schema 1");
  for (const field of ["config", "layers", "manifests"]) {
    // Such a document is one image to this reader and another to others (CVE-2021-41190).
    if ((content[field] ?? undefined) !== undefined) note("document", field, "must not be in a schema 1 manifest");
  }
}

/** An absent field counts as empty, as it does for a reader written in Go. */
function textOf(content: JsonObject, field: string, note: Note): string | undefined {
  const value = content[field] ?? "";
  return typeof value === "string" ? value : note("document", field, "is not a string");
}

function checkName(name: string, expected: string | undefined, note: Note): void {
  if (parseRepositoryName(name) === undefined) note("name", "name", "is not the name of a repository");
  else if (expected !== undefined && name !== expected) note("name", "name", `is ${name}, pushed to ${expected}`);
}

function checkTag(tag: string, expected: string | undefined, note: Note): void {
  if (parseTag(tag) === undefined) note("tag", "tag", "is not a tag");
  else if (expected !== undefined && tag !== expected) note("tag", "tag", `is ${tag}, pushed as ${expected}`);
}

function layersOf({ fsLayers, history }: JsonObject, note: Note): Schema1Layer[] {
  const [sums, entries] = [listOf(fsLayers, "fsLayers", note), listOf(history, "history", note)];
  if (!sums || !entries) return [];
  if (sums.length === 0) note("layers", "fsLayers", "is empty");
  if (sums.length > ociLimits.manifestReferences) {
    note("layers", "fsLayers", `has more than ${ociLimits.manifestReferences} layers`);
    return [];
  }
  if (sums.length !== entries.length) {
    note("layers", "history", `has ${entries.length} elements, fsLayers has ${sums.length}`);
    return [];
  }
  return sums.flatMap((sum, index) => {
    const blobSum = blobSumOf(sum, `fsLayers[${index}]`, note);
    const v1Compatibility = v1CompatibilityOf(entries[index], `history[${index}]`, note);
    return blobSum === undefined || v1Compatibility === undefined ? [] : [{ blobSum, v1Compatibility }];
  });
}

function listOf(value: unknown, at: string, note: Note): readonly unknown[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : note("document", at, "is not a list");
}

function blobSumOf(element: unknown, at: string, note: Note): Digest | undefined {
  const text = isJsonObject(element) ? element["blobSum"] : undefined;
  if (typeof text !== "string") return note("document", `${at}.blobSum`, "is not a string");
  return parseDigest(text) ?? note("layers", `${at}.blobSum`, "is not a digest");
}

function v1CompatibilityOf(element: unknown, at: string, note: Note): string | undefined {
  const text = isJsonObject(element) ? element["v1Compatibility"] : undefined;
  return typeof text === "string" ? text : note("document", `${at}.v1Compatibility`, "is not a string");
}

import { dockerLimits } from "../../docker/limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import type { FormattedManifest, RefusedManifest } from "../content/manifest-format.ts";
import type { ErrorItem, Failure } from "../../oci/errors.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { mediaTypes } from "../../oci/media-type.ts";
import type { Expectation, Schema1Document, Schema1Fault } from "../../docker/schema1/document.ts";
import { verifySchema1Push, type Schema1Reception } from "../../docker/schema1/verify-push.ts";
import { joinSignatures } from "../../docker/schema1/sign.ts";
import { SignatureError } from "../../docker/schema1/signature-error.ts";

const failures: Readonly<Record<Schema1Fault["kind"], Failure>> = {
  document: "MANIFEST_INVALID",
  name: "NAME_INVALID",
  tag: "TAG_INVALID",
  signature: "MANIFEST_UNVERIFIED",
  layers: "MANIFEST_INVALID",
};

/**
 * Parses and verifies a signed schema 1 manifest. It reports errors in the order of 2014: the document, its name and
 * tag, its signatures, its layers. A signature proves that the manifest is complete, but not who may push it. Fields
 * outside of the payload and the signatures are not stored, because no signature covers them (CVE-2014-8179).
 */
export function readSchema1(body: Uint8Array, expected: Expectation): FormattedManifest | RefusedManifest {
  const { faults, document, payload, signatures } = verifySchema1Push(body, expected);
  if (faults.length > 0 || !document || !payload) return refused(faults, document);
  const signed = joined({ payload, signatures });
  if ("reason" in signed) return refused([signed], document);
  return { manifest: manifestOf(document), payload, document: signed };
}

function joined({ payload, signatures }: Required<Pick<Schema1Reception, "payload" | "signatures">>) {
  try {
    const document = joinSignatures(payload, signatures);
    if (document.length <= dockerLimits.signedManifestBytes) return document;
    return documentFault("", `is larger than ${dockerLimits.signedManifestBytes} bytes with its signatures`);
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    return documentFault(error.at, error.reason);
  }
}

function documentFault(at: string, reason: string): Schema1Fault {
  return { kind: "document", at, reason };
}

function manifestOf({ layers }: Schema1Document): Manifest {
  const blobs = layers.map(({ blobSum }) => ({ digest: blobSum, foreign: false }));
  return { mediaType: mediaTypes.dockerSchema1Signed, blobs, manifests: [] };
}

function refused(faults: readonly Schema1Fault[], document: Schema1Document | undefined): RefusedManifest {
  const layers = new Set(document?.layers.map(({ blobSum }) => blobSum));
  return { items: listed(faults), layers: [...layers] };
}

function listed(faults: readonly Schema1Fault[]): ErrorItem[] {
  const items = faults.slice(0, ociLimits.errorsListed).map(itemOf);
  const rest = faults.length - items.length;
  if (rest === 0) return items;
  return [
    ...items,
    { failure: "MANIFEST_INVALID", message: `${rest} more faults were found`, detail: { faults: rest } },
  ];
}

/** The error item of a fault. Its message is also in the log, so it does not repeat a name or tag that was pushed. */
function itemOf({ kind, at, reason }: Schema1Fault): ErrorItem {
  const message = messages[kind] ?? (at ? `${at} ${reason}` : `the manifest ${reason}`);
  return { failure: failures[kind], message, detail: { at, reason } };
}

const messages: Readonly<Partial<Record<Schema1Fault["kind"], string>>> = {
  name: "the name in the manifest is missing, or is not the name of the repository",
  tag: "the tag in the manifest is missing, or is not the pushed tag",
};

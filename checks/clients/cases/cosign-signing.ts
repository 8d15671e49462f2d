// Signs and verifies with a key pair, in both places where cosign stores signatures. No service is used: the check is
// that the registry returns exactly what was signed.
import { assert } from "../assertions.ts";
import type { CosignClient } from "../clients/cosign.ts";
import type { CaseContext } from "../context.ts";
import type { Published } from "../published.ts";

export interface Form {
  readonly name: string;
  readonly signing: readonly string[];
  readonly verifying: readonly string[];
  /** cosign's message if there are signatures and none of them is valid. */
  readonly complaint: RegExp;
}

export const BY_TAG: Form = {
  name: "tag",
  signing: [],
  verifying: [],
  complaint: /no matching signatures|invalid signature/,
};
export const BY_REFERRER: Form = {
  name: "referrer",
  signing: ["--registry-referrers-mode=oci-1-1"],
  verifying: ["--experimental-oci11"],
  // If no referrer is valid, cosign looks for a tag, and reports only that the tag does not exist.
  complaint: /no signatures found/,
};

/** Signs the image by its digest with a new key pair; gives the folder of the keys. */
export async function sign(context: CaseContext, cosign: CosignClient, image: Published, form: Form): Promise<string> {
  const keys = await cosign.makeKeys();
  const words = ["sign", "--key", `${keys}/cosign.key`, "--tlog-upload=false", "--yes", ...form.signing];
  await cosign.remote(words, [context.reference(image.repository, image.digest)]);
  return keys;
}

/** Returns cosign's output for the valid signatures; throws if there is none. */
export async function verify(cosign: CosignClient, keys: string, reference: string, form: Form): Promise<string> {
  const words = ["verify", "--key", `${keys}/cosign.pub`, "--insecure-ignore-tlog", ...form.verifying];
  return (await cosign.remote(words, [reference])).stdout;
}

export function assertSigns(printed: string, digest: string): void {
  const claims = JSON.parse(printed) as { critical: { image: { "docker-manifest-digest": string } } }[];
  const digests = claims.map(({ critical }) => critical.image["docker-manifest-digest"]);
  assert(digests.length === 1 && digests[0] === digest, `${digest} was signed, and ${digests.join()} was verified`);
}

/** The tag under which cosign stores a signature or an attestation of a manifest. */
export function tagOf(digest: string, kind: "sig" | "att" | "sbom"): string {
  return `${digest.replace(":", "-")}.${kind}`;
}

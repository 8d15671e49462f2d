// Signing and verifying with a key pair, in both places where cosign keeps signatures. No service is asked: what is
// verified is that what comes back from the registry is what was signed.
import { assert } from "../assertions.ts";
import type { CosignClient } from "../clients/cosign.ts";
import type { CaseContext } from "../context.ts";
import type { Published } from "../published.ts";

export interface Form {
  readonly name: string;
  readonly signing: readonly string[];
  readonly verifying: readonly string[];
  /** What cosign says when there are signatures and none of them holds. */
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
  // When no referrer holds it looks for a tag, and complains only that there is none.
  complaint: /no signatures found/,
};

/** Signs the image by its digest with a new key pair; gives the folder of the keys. */
export async function sign(context: CaseContext, cosign: CosignClient, image: Published, form: Form): Promise<string> {
  const keys = await cosign.makeKeys();
  const words = ["sign", "--key", `${keys}/cosign.key`, "--tlog-upload=false", "--yes", ...form.signing];
  await cosign.remote(words, [context.reference(image.repository, image.digest)]);
  return keys;
}

/** Gives what cosign prints of the signatures that hold; fails when there is none. */
export async function verify(cosign: CosignClient, keys: string, reference: string, form: Form): Promise<string> {
  const words = ["verify", "--key", `${keys}/cosign.pub`, "--insecure-ignore-tlog", ...form.verifying];
  return (await cosign.remote(words, [reference])).stdout;
}

export function assertSigns(printed: string, digest: string): void {
  const claims = JSON.parse(printed) as { critical: { image: { "docker-manifest-digest": string } } }[];
  const digests = claims.map(({ critical }) => critical.image["docker-manifest-digest"]);
  assert(digests.length === 1 && digests[0] === digest, `${digest} was signed, and ${digests.join()} was verified`);
}

/** The tag under which cosign keeps what belongs to a manifest. */
export function tagOf(digest: string, kind: "sig" | "att" | "sbom"): string {
  return `${digest.replace(":", "-")}.${kind}`;
}

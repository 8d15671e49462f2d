// Cases that must not verify: an image without a signature, one in place of another, and a signature of another
// image.
import { assert, assertEqual } from "../assertions.ts";
import { CosignClient } from "../clients/cosign.ts";
import { complaintOf } from "../command.ts";
import type { CaseContext } from "../context.ts";
import { publish, type Published } from "../published.ts";
import { assertSigns, BY_REFERRER, BY_TAG, sign, tagOf, verify, type Form } from "./cosign-signing.ts";

const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

export async function cosignRefusalCases(context: CaseContext): Promise<void> {
  for (const form of [BY_TAG, BY_REFERRER]) await casesOf(context, form);
}

async function casesOf(context: CaseContext, form: Form): Promise<void> {
  await context.test(
    `cosign finds no signature by ${form.name} of an unsigned image`,
    [CosignClient],
    async (cosign) => {
      const image = await publish(context, `cosign/unsigned-${form.name}`);
      const keys = await cosign.makeKeys();
      await assertRefused(verify(cosign, keys, image.reference, form), /no signatures found/);
    },
  );
  await context.test(`cosign refuses what replaced an image signed by ${form.name}`, [CosignClient], async (cosign) => {
    const image = await publish(context, `cosign/replaced-${form.name}`);
    const keys = await sign(context, cosign, image, form);
    const other = await publish(context, image.repository);
    assert(other.digest !== image.digest, "both images are the same");
    await assertRefused(verify(cosign, keys, other.reference, form), /no signatures found/);
    const signed = context.reference(image.repository, image.digest);
    assertSigns(await verify(cosign, keys, signed, form), image.digest);
  });
  await context.test(`cosign refuses a signature by ${form.name} of another key`, [CosignClient], async (cosign) => {
    const image = await publish(context, `cosign/key-${form.name}`);
    const keys = await sign(context, cosign, image, form);
    assertSigns(await verify(cosign, keys, image.reference, form), image.digest);
    const others = await cosign.makeKeys();
    await assertRefused(verify(cosign, others, image.reference, form), form.complaint);
  });
  await context.test(`cosign refuses a signature by ${form.name} of another image`, [CosignClient], async (cosign) => {
    const image = await publish(context, `cosign/tampered-${form.name}`);
    const keys = await sign(context, cosign, image, form);
    const other = await publish(context, image.repository);
    if (form === BY_TAG) await moveTag(context, image, other);
    else await moveReferrer(context, image, other);
    await assertRefused(verify(cosign, keys, other.reference, form), form.complaint);
  });
}

/** Moves the signature of one image to the tag where cosign looks for that of another. */
async function moveTag({ registry }: CaseContext, { repository, digest }: Published, other: Published): Promise<void> {
  const { body } = await registry.manifest(repository, tagOf(digest, "sig"));
  await registry.putManifest(repository, tagOf(other.digest, "sig"), MANIFEST_TYPE, new TextDecoder().decode(body));
}

/** Copies a referrer so that it refers to the other image. */
async function moveReferrer(
  { registry }: CaseContext,
  { repository, digest }: Published,
  other: Published,
): Promise<void> {
  const [signature] = await registry.referrers(repository, digest);
  const { document } = await registry.manifest(repository, signature?.digest ?? "");
  const { body } = await registry.manifest(repository, other.digest);
  const subject = { mediaType: MANIFEST_TYPE, digest: other.digest, size: body.length };
  const moved = JSON.stringify({ ...document, subject });
  await registry.putManifest(repository, "moved", MANIFEST_TYPE, moved);
  assertEqual("referrers of the other image", (await registry.referrers(repository, other.digest)).length, 1);
}

async function assertRefused(command: Promise<unknown>, reason: RegExp): Promise<void> {
  const said = await complaintOf(command);
  assert(reason.test(said), `cosign refuses it for another reason: ${said}`);
}

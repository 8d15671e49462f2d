// Signatures of notation, stored under a tag or as referrers, and cases that must not verify.
import { assert, assertEqual } from "../assertions.ts";
import { NotationClient } from "../clients/notation.ts";
import { complaintOf } from "../command.ts";
import type { CaseContext } from "../context.ts";
import { publish } from "../published.ts";

const SIGNATURE_TYPE = "application/vnd.cncf.notary.signature";
const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

export async function notationCases(context: CaseContext): Promise<void> {
  const { registry } = context;
  for (const format of ["jws", "cose"]) {
    await context.test(
      `notation signs as a referrer with ${format}, lists and verifies`,
      [NotationClient],
      async (notation) => {
        const { repository, digest } = await publish(context, `notation/${format}`);
        const reference = context.reference(repository, digest);
        await notation.remote("sign", "--force-referrers-tag=false", "--signature-format", format, reference);
        assertEqual("tags: none was needed", await registry.tags(repository), ["made"]);
        const [referrer] = await registry.referrers(repository, digest);
        assertEqual("artifact type", referrer?.artifactType, SIGNATURE_TYPE);
        const listed = (await notation.remote("list", reference)).stdout;
        assert(listed.includes(referrer?.digest ?? "no signature"), `notation lists ${listed}`);
        await assertVerified(notation, reference);
      },
    );
  }
  await context.test(
    "notation signs by the tag schema, as it does unless told otherwise",
    [NotationClient],
    async (notation) => {
      const { repository, digest } = await publish(context, "notation/by-tag");
      const reference = context.reference(repository, digest);
      await notation.remote("sign", reference);
      assertEqual("tags", await registry.tags(repository), ["made", digest.replace(":", "-")]);
      await assertVerified(notation, reference);
    },
  );
  await refusalCases(context);
}

async function refusalCases(context: CaseContext): Promise<void> {
  const { registry } = context;
  await context.test("notation refuses an image that was not signed", [NotationClient], async (notation) => {
    const { repository, digest } = await publish(context, "notation/unsigned");
    const said = await complaintOf(notation.remote("verify", context.reference(repository, digest)));
    assert(said.includes("no signature is associated"), `notation says ${said}`);
  });
  await context.test("notation refuses the signature of another image", [NotationClient], async (notation) => {
    const image = await publish(context, "notation/tampered");
    const { repository } = image;
    const other = await publish(context, repository);
    await notation.remote("sign", "--force-referrers-tag=false", context.reference(repository, image.digest));
    const [referrer] = await registry.referrers(repository, image.digest);
    const { document } = await registry.manifest(repository, referrer?.digest ?? "");
    const { body } = await registry.manifest(repository, other.digest);
    const subject = { mediaType: MANIFEST_TYPE, digest: other.digest, size: body.length };
    const moved = JSON.stringify({ ...document, subject });
    await registry.putManifest(repository, "moved", MANIFEST_TYPE, moved);
    assertEqual("referrers of the other", (await registry.referrers(repository, other.digest)).length, 1);
    const said = await complaintOf(notation.remote("verify", context.reference(repository, other.digest)));
    assert(said.includes("failed for all the signatures associated with"), `notation says ${said}`);
    await assertVerified(notation, context.reference(repository, image.digest));
  });
}

async function assertVerified(notation: NotationClient, reference: string): Promise<void> {
  const { stdout } = await notation.remote("verify", reference);
  assert(stdout.includes(`Successfully verified signature for ${reference}`), `notation says ${stdout}`);
}

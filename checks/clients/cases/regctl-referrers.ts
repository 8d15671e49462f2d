// An image with its artifacts: referrers, and tags that contain its digest.
import { assertEqual } from "../assertions.ts";
import { RegctlClient } from "../clients/regctl.ts";
import type { CaseContext } from "../context.ts";
import { publish } from "../published.ts";

const NOTE_TYPE = "application/vnd.example.note";

export async function regctlReferrersCases(context: CaseContext): Promise<void> {
  const { registry } = context;
  await context.test("regctl copies an image with its referrers and digest tags", [RegctlClient], async (regctl) => {
    const { repository, reference, digest } = await publish(context, "regctl/whole");
    const note = await putArtifact(context, regctl, ["--subject", reference], "first note\n");
    // A referrer of the referrer. It must be copied too.
    await putArtifact(context, regctl, ["--subject", context.reference(repository, note)], "second note\n");
    const digestTag = `${digest.replace(":", "-")}.note`;
    const tagged = await putArtifact(context, regctl, [context.reference(repository, digestTag)], "third note\n");
    const target = context.reference("regctl/whole-copied", "made");
    await regctl.regctl(reference, ["image", "copy", "--referrers", "--digest-tags", reference, target]);
    assertEqual("digest of the copy", await registry.resolve("regctl/whole-copied", "made"), digest);
    assertEqual("tags", await registry.tags("regctl/whole-copied"), ["made", digestTag].toSorted());
    assertEqual("digest of the digest tag", await registry.resolve("regctl/whole-copied", digestTag), tagged);
    for (const subject of [digest, note]) {
      const copied = await registry.referrers("regctl/whole-copied", subject);
      assertEqual(`referrers of ${subject}`, copied, await registry.referrers(repository, subject));
      assertEqual("number of them", copied.length, 1);
      for (const each of copied) await registry.resolve("regctl/whole-copied", each.digest);
    }
  });
  await context.test("regctl draws the tree of what refers to an image", [RegctlClient], async (regctl) => {
    const { repository, reference, digest } = await publish(context, "regctl/tree");
    const first = await putArtifact(context, regctl, ["--subject", reference], "first note\n");
    const onFirst = ["--subject", context.reference(repository, first)];
    const second = await putArtifact(context, regctl, onFirst, "second note\n");
    const tree = await regctl.regctl(reference, ["artifact", "tree", "--format", "{{json .}}", reference]);
    const digests = [...new Set(tree.stdout.match(/sha256:[0-9a-f]{64}/g))].filter((found) =>
      [digest, first, second].includes(found),
    );
    assertEqual("digests in the tree", digests.toSorted(), [digest, first, second].toSorted());
  });
}

/** Pushes an artifact to `target`, and returns its digest. */
async function putArtifact(
  context: CaseContext,
  regctl: RegctlClient,
  target: readonly string[],
  text: string,
): Promise<string> {
  const file = context.place.freshPath("regctl-note");
  await Bun.write(file, text);
  const flags = ["--artifact-type", NOTE_TYPE, "--format", "{{.Manifest.GetDescriptor.Digest}}"];
  const host = context.registry.endpoint.host;
  return (await regctl.regctl(host, ["artifact", "put", ...flags, ...target], { stdinFile: file })).stdout.trim();
}

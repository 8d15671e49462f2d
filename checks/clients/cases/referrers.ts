// Artifacts that refer to an image: attached with regctl, listed through the referrers endpoint.
import { assert, assertEqual } from "../assertions.ts";
import { RegctlClient } from "../clients/regctl.ts";
import type { CaseContext } from "../context.ts";

const REPOSITORY = "referred/image";
const NOTE_TYPE = "application/vnd.example.note";
const OTHER_TYPE = "application/vnd.example.other";

export async function referrersCases(context: CaseContext): Promise<void> {
  const { registry } = context;
  await context.test("regctl attaches artifacts and lists them", [RegctlClient], async (regctl) => {
    const source = await context.inputs.twoLayers("referred");
    await regctl.load(source);
    const subject = context.reference(REPOSITORY, "made");
    const subjectDigest = await regctl.push(source.name, subject);
    const note = context.place.freshPath("note");
    await Bun.write(note, "seen and approved\n");
    for (const type of [NOTE_TYPE, OTHER_TYPE]) {
      await regctl.regctl(subject, ["artifact", "put", "--artifact-type", type, "--subject", subject], {
        stdinFile: note,
      });
    }
    const listed = await regctl.regctl(subject, ["artifact", "list", subject, "--format", "{{jsonPretty .}}"]);
    const descriptors = (JSON.parse(listed.stdout) as { descriptors: { artifactType: string; digest: string }[] })
      .descriptors;
    assertEqual("artifact types", descriptors.map((item) => item.artifactType).toSorted(), [NOTE_TYPE, OTHER_TYPE]);
    assertEqual("tags: no fallback tag was needed", await registry.tags(REPOSITORY), ["made"]);
    const filtered = `referrers/${subjectDigest}?artifactType=${encodeURIComponent(NOTE_TYPE)}`;
    const reply = await registry.request(REPOSITORY, filtered);
    assertEqual("status of GET referrers", reply.status, 200);
    assertEqual("filters applied", reply.headers.get("oci-filters-applied"), "artifactType");
    const { manifests } = (await reply.json()) as { manifests: { digest: string }[] };
    const wanted = descriptors.find((item) => item.artifactType === NOTE_TYPE);
    assert(wanted !== undefined, "the note is not listed");
    assertEqual(
      "referrers of one type",
      manifests.map(({ digest }) => digest),
      [wanted.digest],
    );
    const read = await regctl.regctl(subject, [
      "artifact",
      "get",
      "--subject",
      subject,
      "--filter-artifact-type",
      NOTE_TYPE,
    ]);
    assertEqual("content of the note", read.stdout, "seen and approved\n");
  });
}

// What oras does with artifacts that refer to others: attaching, discovering, copying and keeping them together.
import { assertEqual } from "../assertions.ts";
import { OrasClient } from "../clients/oras.ts";
import type { CaseContext } from "../context.ts";
import { ARTIFACT_TYPE, pushFiles } from "./oras-files.ts";

const SIGNATURE_TYPE = "application/vnd.example.signature";

export async function orasReferrersCases(context: CaseContext): Promise<void> {
  const { place, registry } = context;
  await context.test("oras attaches artifacts and discovers them", [OrasClient], async (oras) => {
    const chain = await pushChain(context, oras, "oras/attached");
    assertEqual("what is discovered", await discover(context, oras, "oras/attached"), chain);
    for (const [subject, referrer] of [chain.slice(0, 2), chain.slice(1, 3)]) {
      const listed = await registry.referrers("oras/attached", subject ?? "");
      assertEqual(
        "referrers",
        listed.map(({ digest }) => digest),
        [referrer],
      );
    }
    assertEqual("tags: no fallback tag was needed", await registry.tags("oras/attached"), ["made"]);
  });
  await context.test("oras discovers one type only", [OrasClient], async (oras) => {
    const [artifact, ...signatures] = await pushChain(context, oras, "oras/filtered");
    const ofType = (type: string): Promise<string[]> =>
      discover(context, oras, "oras/filtered", "--artifact-type", type);
    assertEqual("what has the type", await ofType(SIGNATURE_TYPE), [artifact, ...signatures]);
    assertEqual("what has another type", await ofType(ARTIFACT_TYPE), [artifact]);
  });
  await context.test("oras copies an artifact with its referrers", [OrasClient], async (oras) => {
    const chain = await pushChain(context, oras, "oras/whole");
    const [from, to] = [context.reference("oras/whole", "made"), context.reference("oras/whole-copied", "made")];
    assertEqual("digest that oras states", await oras.copyWithin(from, to, "--recursive"), chain[0]);
    assertEqual("what is discovered", await discover(context, oras, "oras/whole-copied"), chain);
    for (const digest of chain) await registry.resolve("oras/whole-copied", digest);
  });
  await context.test("oras backs up an artifact with its referrers and restores it", [OrasClient], async (oras) => {
    const chain = await pushChain(context, oras, "oras/kept");
    const folder = place.freshPath("oras-backup");
    const backup = ["backup", "--no-tty", "--include-referrers", "--output", folder];
    await oras.remote(backup, [context.reference("oras/kept", "made")]);
    await oras.remote(["restore", "--no-tty", "--input", folder], [context.reference("oras/restored", "made")]);
    assertEqual("what is discovered", await discover(context, oras, "oras/restored"), chain);
  });
  await context.test("oras attaches by the tag schema, too", [OrasClient], async (oras) => {
    const subject = await pushFiles(context, oras, "oras/by-tag", "made");
    const schema = ["--distribution-spec", "v1.1-referrers-tag"];
    const referrer = await attach(context, oras, "oras/by-tag", "made", ...schema);
    assertEqual("tags", await registry.tags("oras/by-tag"), ["made", subject.replace(":", "-")]);
    assertEqual("by the tag", await discover(context, oras, "oras/by-tag", ...schema), [subject, referrer]);
    assertEqual("by the endpoint", await discover(context, oras, "oras/by-tag"), [subject, referrer]);
  });
}

/** An artifact, a signature of it, and a signature of the signature. */
async function pushChain(context: CaseContext, oras: OrasClient, repository: string): Promise<string[]> {
  const artifact = await pushFiles(context, oras, repository, "made");
  const first = await attach(context, oras, repository, "made");
  return [artifact, first, await attach(context, oras, repository, first)];
}

async function attach(
  context: CaseContext,
  oras: OrasClient,
  repository: string,
  subject: string,
  ...flags: string[]
): Promise<string> {
  const folder = context.place.folder("oras-signatures");
  await Bun.write(`${folder}/signature`, `of ${subject}\n`);
  const words = ["attach", "--no-tty", "--artifact-type", SIGNATURE_TYPE, "--format", "json", ...flags];
  const attached = await oras.remote(words, [context.reference(repository, subject), "signature"], { cwd: folder });
  return (JSON.parse(attached.stdout) as { digest: string }).digest;
}

interface Discovered {
  readonly digest: string;
  readonly referrers?: readonly Discovered[];
}

/** The digests of an artifact and of its referrers, level by level. */
async function discover(
  context: CaseContext,
  oras: OrasClient,
  repository: string,
  ...flags: string[]
): Promise<string[]> {
  const found = await oras.remote(["discover", "--format", "json", ...flags], [context.reference(repository, "made")]);
  const digests = ({ digest, referrers = [] }: Discovered): string[] => [digest, ...referrers.flatMap(digests)];
  return digests(JSON.parse(found.stdout) as Discovered);
}

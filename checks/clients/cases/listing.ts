// Tag lists and the catalogue, as each client that can ask for them reads them.
import { assert, assertEqual } from "../assertions.ts";
import { CraneClient } from "../clients/crane.ts";
import { OrasClient } from "../clients/oras.ts";
import { PodmanClient } from "../clients/podman.ts";
import { RegctlClient } from "../clients/regctl.ts";
import { SkopeoClient } from "../clients/skopeo.ts";
import type { CaseContext } from "../context.ts";

const [ALPHA, BETA] = ["listed/alpha", "listed/beta"];
const TAGS = ["1.0", "1.1", "2.0", "edge", "latest"];

export async function listingCases(context: CaseContext): Promise<void> {
  const { registry } = context;
  const { host } = registry.endpoint;
  const repository = context.repository(ALPHA);
  const pusher = context.quickest();
  await context.cases.test(`${pusher.name} pushes two repositories of five tags`, async () => {
    const source = await context.inputs.twoLayers("listed");
    await pusher.load(source);
    for (const name of [ALPHA, BETA]) {
      for (const tag of TAGS.toReversed()) await pusher.push(source.name, context.reference(name, tag));
      assertEqual(`tags of ${name}`, await registry.tags(name), TAGS);
    }
  });
  await context.test("crane lists the tags", [CraneClient], async (crane) => {
    assertEqual("crane ls", lines((await crane.crane("ls", repository)).stdout), TAGS);
  });
  await context.test("skopeo lists the tags", [SkopeoClient], async (skopeo) => {
    const listed = await skopeo.skopeo("list-tags", ...skopeo.flags(), `docker://${repository}`);
    assertEqual("skopeo list-tags", (JSON.parse(listed.stdout) as { Tags: string[] }).Tags, TAGS);
  });
  await context.test("podman lists the tags", [PodmanClient], async (podman) => {
    assertEqual("podman search --list-tags", (await podman.searchTags(repository)).toSorted(), TAGS);
  });
  await context.test("regctl lists the tags, whole and by pages", [RegctlClient], async (regctl) => {
    const page = async (...flags: string[]): Promise<string[]> =>
      lines((await regctl.regctl(host, ["tag", "ls", ...flags, repository])).stdout);
    assertEqual("regctl tag ls", await page(), TAGS);
    assertEqual("the first page", await page("--limit=2"), TAGS.slice(0, 2));
    assertEqual("the page after 1.1", await page("--limit=2", "--last=1.1"), TAGS.slice(2, 4));
    assertEqual("the page after edge", await page("--limit=2", "--last=edge"), TAGS.slice(4));
  });
  await context.test("crane reads the catalogue", [CraneClient], async (crane) => {
    assertCatalogue(lines((await crane.crane("catalog", host)).stdout));
  });
  await context.test("regctl reads the catalogue, whole and by pages", [RegctlClient], async (regctl) => {
    const page = async (...flags: string[]): Promise<string[]> =>
      lines((await regctl.regctl(host, ["repo", "ls", ...flags, host])).stdout);
    const [alpha, beta] = assertCatalogue(await page());
    assertEqual(`the page after ${alpha}`, await page("--limit=1", `--last=${alpha}`), [beta]);
  });
  await context.test("oras reads the catalogue", [OrasClient], async (oras) => {
    assertCatalogue(lines((await oras.remote(["repo", "ls"], [host])).stdout));
  });
}

/** Returns the names that both repositories have in the catalogue. A proxy may not show its path prefix. */
function assertCatalogue(listed: readonly string[]): string[] {
  assertEqual("order of the catalogue", listed, listed.toSorted());
  return [ALPHA, BETA].map((name) => {
    const found = listed.find((entry) => entry === name || entry.endsWith(`/${name}`));
    assert(found !== undefined, `${name} is not among ${listed.join(", ")}`);
    return found;
  });
}

function lines(output: string): string[] {
  return output.split("\n").filter((line) => line !== "");
}

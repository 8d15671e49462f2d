// Tag lists and the catalogue, as each client that can ask for them reads them.
import { assert, assertEqual } from "../assertions.ts";
import { CraneClient } from "../clients/crane.ts";
import { PodmanClient } from "../clients/podman.ts";
import { RegctlClient } from "../clients/regctl.ts";
import { SkopeoClient } from "../clients/skopeo.ts";
import type { CaseContext } from "../context.ts";

const REPOSITORIES = ["listed/alpha", "listed/beta"];
const TAGS = ["1.0", "1.1", "2.0", "edge", "latest"];

export async function listingCases(context: CaseContext): Promise<void> {
  const { registry } = context;
  const repository = `${registry.host}/${REPOSITORIES[0]}`;
  const pusher = context.quickest();
  await context.cases.test(`${pusher.name} pushes two repositories of five tags`, async () => {
    const source = await context.inputs.twoLayers("listed");
    await pusher.load(source);
    for (const name of REPOSITORIES) {
      for (const tag of TAGS.toReversed()) await pusher.push(source.name, context.reference(name, tag));
      assertEqual(`tags of ${name}`, await registry.tags(name), TAGS);
    }
  });
  await context.test("crane lists the tags", [CraneClient], async (crane) => {
    assertEqual("crane ls", lines((await crane.crane("ls", repository)).stdout), TAGS);
  });
  await context.test("skopeo lists the tags", [SkopeoClient], async (skopeo) => {
    const listed = await skopeo.skopeo("list-tags", "--tls-verify=false", `docker://${repository}`);
    assertEqual("skopeo list-tags", (JSON.parse(listed.stdout) as { Tags: string[] }).Tags, TAGS);
  });
  await context.test("podman lists the tags", [PodmanClient], async (podman) => {
    assertEqual("podman search --list-tags", (await podman.searchTags(repository)).toSorted(), TAGS);
  });
  await context.test("regctl lists the tags, whole and by pages", [RegctlClient], async (regctl) => {
    const page = async (...flags: string[]): Promise<string[]> =>
      lines((await regctl.regctl(registry.host, ["tag", "ls", ...flags, repository])).stdout);
    assertEqual("regctl tag ls", await page(), TAGS);
    assertEqual("the first page", await page("--limit=2"), TAGS.slice(0, 2));
    assertEqual("the page after 1.1", await page("--limit=2", "--last=1.1"), TAGS.slice(2, 4));
    assertEqual("the page after edge", await page("--limit=2", "--last=edge"), TAGS.slice(4));
  });
  await context.test("crane reads the catalogue", [CraneClient], async (crane) => {
    assertCatalogue(lines((await crane.crane("catalog", registry.host)).stdout));
  });
  await context.test("regctl reads the catalogue, whole and by pages", [RegctlClient], async (regctl) => {
    const page = async (...flags: string[]): Promise<string[]> =>
      lines((await regctl.regctl(registry.host, ["repo", "ls", ...flags, registry.host])).stdout);
    assertCatalogue(await page());
    assertEqual("the page after listed/alpha", await page("--limit=1", "--last=listed/alpha"), ["listed/beta"]);
  });
}

function assertCatalogue(listed: readonly string[]): void {
  for (const name of REPOSITORIES) assert(listed.includes(name), `${name} is not among ${listed.join(", ")}`);
  assertEqual("order of the catalogue", listed, listed.toSorted());
}

function lines(output: string): string[] {
  return output.split("\n").filter((line) => line !== "");
}

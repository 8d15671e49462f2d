import { pathTo } from "../../api/routes.ts";
import type { Tag } from "../../oci/reference.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import { Failure } from "../failure.ts";
import { Client } from "../http/client.ts";
import type { Origin } from "../http/origin.ts";
import { pushManifest } from "../push.ts";
import type { Workload } from "../workload.ts";
import { storeImage } from "./prepared.ts";

const tagsOnPage = 100;
const pages = 10;
const setAtOnce = 16;

/** The tags in the order of the list. Their names have one length, so the order of the texts is that of the numbers. */
const tags = Array.from({ length: pages * tagsOnPage }, (_, index) => `t${String(index).padStart(5, "0")}` as Tag);

/** The workload that lists tags. */
export const tagsList: Workload = {
  summary: "reads a page of 100 of 1000 tags, one page after the other",
  async prepare(setting) {
    const { client, repository } = setting;
    const manifest = await storeImage(setting);
    await setTags(client.origin, repository, manifest);
    const list = pathTo("today", "tags", { name: repository });
    const requests = Array.from({ length: pages }, (_, page) => {
      const last = page === 0 ? "" : `&last=${tags[page * tagsOnPage - 1]}`;
      return client.request("GET", `${list}?n=${tagsOnPage}${last}`);
    });
    return async (current, nth) => {
      const page = nth % pages;
      const { body, length } = await current.ask(requests[page]!, 200, "keep");
      const expected = tags.slice(page * tagsOnPage, (page + 1) * tagsOnPage);
      if (tagsIn(body!) !== expected.join()) throw new Failure("wrong page", `${requests[page]!.path} has other tags`);
      return length;
    };
  },
};

/** Sets the tags on several connections. A thousand commits one after the other would take long. */
async function setTags(origin: Origin, repository: RepositoryName, manifest: Uint8Array): Promise<void> {
  const lanes = Array.from({ length: setAtOnce }, async (_, lane) => {
    const client = new Client(origin);
    try {
      for (let at = lane; at < tags.length; at += setAtOnce) {
        await pushManifest(client, repository, tags[at]!, manifest);
      }
    } finally {
      client.close();
    }
  });
  await Promise.all(lanes);
}

function tagsIn(body: Uint8Array): string {
  try {
    const { tags: listed } = JSON.parse(Buffer.from(body).toString()) as { tags?: unknown };
    return Array.isArray(listed) ? listed.join() : "";
  } catch {
    throw new Failure("bad answer", "a tag list is not JSON");
  }
}

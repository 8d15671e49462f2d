import { parseHost, type Host } from "../oci/host.ts";
import { parseTag, type Tag } from "../oci/reference.ts";
import { parseRepositoryName, type RepositoryName } from "../oci/repository-name.ts";

/** An image where it lies: `registry.example:5000/team/app:1.0`. */
export interface ImageName {
  readonly host: Host;
  readonly repository: RepositoryName;
  readonly tag: Tag;
}

/** All three parts have to be there: no registry and no tag goes without saying. */
export function parseImageName(text: string): ImageName | undefined {
  const slash = text.indexOf("/");
  const colon = text.lastIndexOf(":");
  if (slash < 0 || colon < slash) return undefined;
  const host = parseHost(text.slice(0, slash));
  const repository = parseRepositoryName(text.slice(slash + 1, colon));
  const tag = parseTag(text.slice(colon + 1));
  return host && repository && tag && { host, repository, tag };
}

export function imageNameText({ host, repository, tag }: ImageName): string {
  return `${host}/${repository}:${tag}`;
}

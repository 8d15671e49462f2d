import { parseHost, type Host } from "../oci/host.ts";
import { parseTag, type Tag } from "../oci/reference.ts";
import { parseRepositoryName, type RepositoryName } from "../oci/repository-name.ts";

/** The full name of an image: `registry.example:5000/team/app:1.0`. */
export interface ImageName {
  readonly host: Host;
  readonly repository: RepositoryName;
  readonly tag: Tag;
}

/**
 * Parses an image name; undefined if it is malformed. All three parts are required: there is no default registry and no
 * default tag.
 */
export function parseImageName(text: string): ImageName | undefined {
  const slash = text.indexOf("/");
  const colon = text.lastIndexOf(":");
  if (slash < 0 || colon < slash) return undefined;
  const host = parseHost(text.slice(0, slash));
  const repository = parseRepositoryName(text.slice(slash + 1, colon));
  const tag = parseTag(text.slice(colon + 1));
  return host && repository && tag && { host, repository, tag };
}

/** Formats an image name. */
export function imageNameText({ host, repository, tag }: ImageName): string {
  return `${host}/${repository}:${tag}`;
}

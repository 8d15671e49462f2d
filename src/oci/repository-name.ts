import type { Branded } from "../base/brand.ts";
import { limits } from "../base/limits.ts";

/** Components of lower-case letters and digits, separated by slashes (distribution-spec "Pulling manifests", NAME-01). */
export type RepositoryName = Branded<"RepositoryName">;

const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
export const repositoryNamePattern = `^${component}(?:/${component})*$`;
const grammar = new RegExp(repositoryNamePattern);

export function parseRepositoryName(text: string): RepositoryName | undefined {
  // The length comes first: it bounds what the expression has to look at.
  if (text.length > limits.nameCharacters || !grammar.test(text)) return undefined;
  return text as RepositoryName;
}

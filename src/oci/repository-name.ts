import type { Branded } from "../base/brand.ts";
import { ociLimits } from "./limits.ts";

/**
 * A repository name: components of lower-case letters and digits, separated by slashes (distribution-spec "Pulling
 * manifests", NAME-01).
 */
export type RepositoryName = Branded<"RepositoryName">;

const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
/** The grammar of repository names as a regular expression. */
export const repositoryNamePattern = `^${component}(?:/${component})*$`;
const grammar = new RegExp(repositoryNamePattern);

/** The rule of 2014: two to five components of 2 to 30 characters, each with single separators (NAME-L1). */
const component2014 = "(?=[a-z0-9._-]{2,30}(?:/|$))[a-z0-9]+(?:[._-][a-z0-9]+)*";
/** The grammar of repository names in 2014 as a regular expression. */
export const repositoryNamePattern2014 = `^${component2014}(?:/${component2014}){1,4}$`;
const grammar2014 = new RegExp(repositoryNamePattern2014);

/** Parses a name that was valid in 2014 and still is; undefined for any other text. */
export function parseRepositoryName2014(text: string): RepositoryName | undefined {
  return grammar2014.test(text) ? parseRepositoryName(text) : undefined;
}

/** Parses a repository name; undefined if it is malformed. */
export function parseRepositoryName(text: string): RepositoryName | undefined {
  // The length is checked first, because it limits the work of the expression.
  if (text.length > ociLimits.nameCharacters || !grammar.test(text)) return undefined;
  return text as RepositoryName;
}

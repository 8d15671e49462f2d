import type { Row } from "../api/describe.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import { parseRepositoryName } from "../oci/repository-name.ts";
import { bindQuery, ParameterError, type BoundValues } from "./bind.ts";

/** Repositories by the host in the `ns` parameter (the setting `namespaces`). */
export type Namespaces = ReadonlyMap<string, RepositoryName>;

/** The namespace of a request with `ns`. */
export interface Scope {
  readonly host: string;
  readonly repository: RepositoryName;
}

/**
 * The scope of a request; undefined if the row has no `ns`, the request has none, or the operator has configured no
 * repository for it.
 */
export function scopeOf(namespaces: Namespaces, row: Row, query: URLSearchParams): Scope | undefined {
  const ns = row.query["ns"];
  if (!ns || namespaces.size === 0 || !query.has("ns")) return undefined;
  const host = bindQuery({ ...row, query: { ns } }, query)["ns"] as string | undefined;
  const repository = host === undefined ? undefined : namespaces.get(host);
  return repository && { host: host!, repository };
}

/** The path within the scope. All access is checked for the repository in this path. */
export function withinScope(scope: Scope | undefined, path: BoundValues): BoundValues {
  if (!scope) return path;
  const name = parseRepositoryName(`${scope.repository}/${path["name"] as RepositoryName}`);
  if (name) return { ...path, name };
  const message = `the repository name is too long within ${scope.repository}`;
  throw new ParameterError("name", "NAME_INVALID", { message, detail: { namespace: scope.host } });
}

import type { Row } from "../api/describe.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import { parseRepositoryName } from "../oci/repository-name.ts";
import { bindQuery, ParameterError, type BoundValues } from "./bind.ts";

/** Repositories by the host that clients know them under (the setting `namespaces`). */
export type Namespaces = ReadonlyMap<string, RepositoryName>;

/** The `ns` that a request is answered within. */
export interface Scope {
  readonly host: string;
  readonly repository: RepositoryName;
}

/** Undefined where the row has no `ns`, the request has none, or the operator named no repository for it. */
export function scopeOf(namespaces: Namespaces, row: Row, query: URLSearchParams): Scope | undefined {
  const ns = row.query["ns"];
  if (!ns || namespaces.size === 0 || !query.has("ns")) return undefined;
  const host = bindQuery({ ...row, query: { ns } }, query)["ns"] as string | undefined;
  const repository = host === undefined ? undefined : namespaces.get(host);
  return repository && { host: host!, repository };
}

/** The path as it is meant within a scope; every right is asked for on the repository that this names. */
export function withinScope(scope: Scope | undefined, path: BoundValues): BoundValues {
  if (!scope) return path;
  const name = parseRepositoryName(`${scope.repository}/${path["name"] as RepositoryName}`);
  if (name) return { ...path, name };
  const message = `the repository name is too long within ${scope.repository}`;
  throw new ParameterError("name", "NAME_INVALID", { message, detail: { namespace: scope.host } });
}

// What the person who starts a run has chosen.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { PLAIN, type Access } from "./endpoint.ts";
import { GROUPS } from "./groups.ts";
import { KIND_NAMES } from "./kinds.ts";

export const USAGE = `usage: scripts/clients [options]
  --registry HOST:PORT  a registry that already runs, instead of one started here
  --tls                 that registry speaks TLS
  --ca FILE             the authority that signed its certificate, where the system does not know it
  --prefix PATH         a path to put before each repository name, where a proxy gives the registry one
  --path PATH           a path before /v2, for clients that can ask there (ctr)
  --clients A,B         only these clients (${KIND_NAMES.join(", ")})
  --groups A,B          only these groups (${Object.keys(GROUPS).join(", ")})
  --all-clients         a client that is not there is a failure, not a skip
  --may-lack A,B        with --all-clients: these may be missing all the same
  --report FILE         write what was seen as tables into FILE, between its marks
  --keep                keep the temporary folder, with every log in it`;

export interface Choices {
  readonly registry: string | undefined;
  readonly access: Access;
  readonly clients: readonly string[];
  readonly groups: readonly string[];
  /** The clients whose absence is a failure. */
  readonly needed: readonly string[];
  readonly report: string | undefined;
  readonly keep: boolean;
}

export function parseChoices(args: string[]): Choices {
  const { values } = parseArgs({
    args,
    options: {
      registry: { type: "string" },
      tls: { type: "boolean", default: false },
      ca: { type: "string" },
      prefix: { type: "string" },
      path: { type: "string" },
      clients: { type: "string" },
      groups: { type: "string" },
      "all-clients": { type: "boolean", default: false },
      "may-lack": { type: "string" },
      report: { type: "string" },
      keep: { type: "boolean", default: false },
    },
  });
  const mayLack = chosen("client", values["may-lack"], KIND_NAMES) ?? [];
  return {
    registry: values.registry,
    access: accessOf(values),
    clients: chosen("client", values.clients, KIND_NAMES) ?? KIND_NAMES,
    groups: chosen("group", values.groups, Object.keys(GROUPS)) ?? Object.keys(GROUPS),
    needed: values["all-clients"] ? KIND_NAMES.filter((name) => !mayLack.includes(name)) : [],
    report: values.report,
    keep: values.keep,
  };
}

interface AccessOptions {
  readonly registry?: string;
  readonly tls: boolean;
  readonly ca?: string;
  readonly prefix?: string;
  readonly path?: string;
}

function accessOf({ registry, tls, ca, prefix, path }: AccessOptions): Access {
  if (registry === undefined && (tls || [ca, prefix, path].some((value) => value !== undefined))) {
    throw new Error("--tls, --ca, --prefix and --path are about a --registry");
  }
  if (ca !== undefined && !tls) throw new Error("--ca is about --tls");
  return {
    tls,
    caFile: ca === undefined ? undefined : resolve(ca),
    prefix: prefix?.replaceAll(/^\/+|\/+$/g, "") ?? PLAIN.prefix,
    path: path?.replace(/\/+$/, "") ?? PLAIN.path,
  };
}

function chosen(what: string, list: string | undefined, known: readonly string[]): readonly string[] | undefined {
  const names = list?.split(",");
  const unknown = names?.filter((name) => !known.includes(name)) ?? [];
  if (unknown.length > 0) throw new Error(`no such ${what}: ${unknown.join(", ")}; there are ${known.join(", ")}`);
  return names;
}

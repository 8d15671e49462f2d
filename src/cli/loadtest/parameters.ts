import { shownText } from "../../base/shown-text.ts";
import { nearestName } from "../../base/nearest-name.ts";
import { cliLimits } from "../limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { randomBytes } from "../../loadtest/content.ts";
import { parseOrigin, type Origin } from "../../loadtest/http/origin.ts";
import { isWorkload, workloads, type WorkloadName } from "../../loadtest/workloads.ts";
import { parseRepositoryName, type RepositoryName } from "../../oci/repository-name.ts";
import { parseFlags, UsageError } from "../usage.ts";

/** The parameters of `lading bench`. */
export interface BenchParameters {
  readonly origin: Origin;
  readonly work: readonly WorkloadName[];
  readonly seconds: number;
  readonly count?: number;
  readonly concurrency: number;
  readonly size: number;
  readonly repository: RepositoryName;
  /** The path of the file for the results. */
  readonly json?: string;
}

const text = { type: "string" } as const;
const options = {
  work: text,
  seconds: { ...text, default: "10" },
  count: text,
  concurrency: { ...text, default: "16" },
  size: { ...text, default: String(64 * 1024 * 1024) },
  repository: text,
  json: text,
} as const;

/** Reads the parameters of `lading bench`. Throws a UsageError if they are wrong. */
export function readBenchParameters(parameters: readonly string[]): BenchParameters {
  const { values, positionals } = parseFlags(parameters, options);
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0) throw new UsageError("name one registry");
  const origin = parseOrigin(url);
  if (!origin) throw new UsageError(`${shownText(url)} is not http://HOST[:PORT]`);
  return {
    origin,
    work: workIn(values.work),
    seconds: numberIn("seconds", values.seconds, cliLimits.loadSeconds),
    concurrency: numberIn("concurrency", values.concurrency, cliLimits.loadConcurrency),
    size: numberIn("size", values.size, ociLimits.blobBytes),
    repository: repositoryIn(values.repository ?? `lading-bench/${Buffer.from(randomBytes(4)).toString("hex")}`),
    ...(values.count !== undefined && { count: numberIn("count", values.count, Number.MAX_SAFE_INTEGER) }),
    ...(values.json !== undefined && { json: values.json }),
  };
}

function workIn(list: string | undefined): WorkloadName[] {
  const names = list?.split(",") ?? Object.keys(workloads);
  return [...new Set(names)].map((name) => {
    if (isWorkload(name)) return name;
    const all = Object.keys(workloads);
    const meant = nearestName(name, all);
    const advice = meant === undefined ? `; it must be one of ${all.join(", ")}` : `; did you mean ${meant}?`;
    throw new UsageError(`there is no --work ${shownText(name)}${advice}`);
  });
}

function numberIn(flag: string, value: string, most: number): number {
  const number = /^[0-9]{1,16}$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= most) return number;
  throw new UsageError(`--${flag} ${shownText(value)} is not a number from 1 to ${most}`);
}

/** Parses the prefix of the repositories. A workload's name follows it, so it has to be shorter than the maximum. */
function repositoryIn(prefix: string): RepositoryName {
  const name = parseRepositoryName(prefix);
  const longest = Object.keys(workloads).toSorted((a, b) => b.length - a.length)[0];
  if (name && parseRepositoryName(`${name}/${longest}`)) return name;
  throw new UsageError(`--repository ${shownText(prefix)} is not a valid prefix for repository names`);
}

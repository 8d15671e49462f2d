import { cliLimits } from "../limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { randomBytes } from "../../loadtest/content.ts";
import { parseOrigin, type Origin } from "../../loadtest/http/origin.ts";
import { isWorkload, workloads, type WorkloadName } from "../../loadtest/workloads.ts";
import { parseRepositoryName, type RepositoryName } from "../../oci/repository-name.ts";
import { parseFlags, UsageError } from "../usage.ts";

export interface BenchParameters {
  readonly origin: Origin;
  readonly work: readonly WorkloadName[];
  readonly seconds: number;
  readonly count?: number;
  readonly concurrency: number;
  readonly size: number;
  readonly repository: RepositoryName;
  /** The file. */
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

export function readBenchParameters(parameters: readonly string[]): BenchParameters {
  const { values, positionals } = parseFlags(parameters, options);
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0) throw new UsageError("one registry has to be named");
  const origin = parseOrigin(url);
  if (!origin) throw new UsageError(`${JSON.stringify(url)} is not http://HOST[:PORT]`);
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

function workIn(given: string | undefined): WorkloadName[] {
  const names = given?.split(",") ?? Object.keys(workloads);
  return [...new Set(names)].map((name) => {
    if (isWorkload(name)) return name;
    throw new UsageError(`--work ${JSON.stringify(name)} is none of ${Object.keys(workloads).join(", ")}`);
  });
}

function numberIn(flag: string, given: string, most: number): number {
  const number = /^[0-9]{1,16}$/.test(given) ? Number(given) : 0;
  if (number >= 1 && number <= most) return number;
  throw new UsageError(`--${flag} ${JSON.stringify(given)} is not a number from 1 to ${most}`);
}

/** The names of the workloads come behind it, so it has to be shorter than a name may be. */
function repositoryIn(given: string): RepositoryName {
  const name = parseRepositoryName(given);
  const longest = Object.keys(workloads).toSorted((a, b) => b.length - a.length)[0];
  if (name && parseRepositoryName(`${name}/${longest}`)) return name;
  throw new UsageError(`--repository ${JSON.stringify(given)} cannot be the name of a repository with others below it`);
}

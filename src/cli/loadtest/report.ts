import { cpus, release, totalmem, type as system } from "node:os";
import manifest from "../../../package.json" with { type: "json" };
import type { Figures } from "../../loadtest/measurement.ts";
import type { BenchParameters } from "./parameters.ts";

/** Returns the content of the `--json` file: the results, and the conditions of the measurement. */
export function reportOf(parameters: BenchParameters, startedAt: number, figures: readonly Figures[]) {
  const { origin, work, seconds, count, concurrency, size, repository } = parameters;
  const cores = cpus();
  return {
    registry: `http://${origin.host}`,
    startedAt: new Date(startedAt).toISOString(),
    versions: { lading: manifest.version, bun: Bun.version },
    machine: {
      system: `${system()} ${release()}`,
      architecture: process.arch,
      processor: cores[0]?.model ?? "unknown",
      cores: cores.length,
      memoryBytes: totalmem(),
    },
    settings: { work, seconds, count, concurrency, size, repository },
    figures,
  };
}

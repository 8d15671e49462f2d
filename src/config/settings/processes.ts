import { availableParallelism } from "node:os";
import { configLimits } from "../limits.ts";
import type { Setting, SettingGroup } from "./setting.ts";

/**
 * Parses the number of workers. `auto` is one for each core up to a maximum, because on larger machines the single writer of
 * the metadata reaches its limit before the cores do.
 */
function parseWorkers(text: string): number | undefined {
  if (text === "auto") return Math.min(availableParallelism(), configLimits.workersUsual);
  const count = /^[1-9]\d?$/.test(text) ? Number(text) : 0;
  return count > 0 && count <= configLimits.workersMost ? count : undefined;
}

/** The settings of the processes. */
export const processes = {
  name: "processes",
  title: "Processes",
  doc: "The processes of the registry.",
  settings: {
    workers: {
      key: "workers",
      doc: `Number of worker processes that answer requests, at most ${configLimits.workersMost}. \`auto\` is one for each CPU core that the registry may use, and at most ${configLimits.workersUsual}. With two or more workers, a supervisor process starts them, writes the database, and replaces workers that exit. With 1, one process does everything.`,
      form: "number | auto",
      accepts: `a number from 1 to ${configLimits.workersMost}, or auto`,
      otherNames: ["processes", "threads", "cpus", "concurrency"],
      default: "auto",
      value: { kind: "number", least: 1, most: configLimits.workersMost, words: ["auto"] },
      parse: parseWorkers,
    } satisfies Setting<number>,
  },
} as const satisfies SettingGroup;

/** Reads with wrk, which needs little CPU time. It cannot send HEAD, because it would wait for the body. */
import { join } from "node:path";
import { run } from "../command.ts";
import { accepted } from "./content.ts";

export interface WrkFigures {
  readonly requestsPerSecond: number;
  readonly megabytesPerSecond: number;
  readonly p99Ms: number;
}

export interface WrkLoad {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
}

const script = join(import.meta.dir, "wrk.lua");

export async function wrk({ url, connections, seconds }: WrkLoad): Promise<WrkFigures> {
  // One thread, because a second one would use the cores of the server.
  const flags = ["-t1", `-c${connections}`, `-d${seconds}`, "--timeout", "30s", "-s", script];
  return parseWrk(await run(["wrk", ...flags, "-H", `Accept: ${accepted}`, url], (seconds + 60) * 1000));
}

/** Parses the output of `wrk.lua`. Throws if a response was wrong. */
export function parseWrk(output: string): WrkFigures {
  const text = /^figures (\{.*\})$/m.exec(output)?.[1];
  if (text === undefined) throw new Error(`wrk printed no figures: ${output.slice(-500)}`);
  const said = JSON.parse(text) as Record<
    "us" | "requests" | "bytes" | "wrongStatus" | "broken" | "late" | "p99Us",
    number
  >;
  const { wrongStatus, broken, late } = said;
  if (wrongStatus + broken + late > 0) {
    throw new Error(`wrk: ${wrongStatus} answers of another status, ${broken} broken connections, ${late} too late`);
  }
  if (said.bytes === 0) throw new Error("wrk: no byte came");
  const seconds = said.us / 1e6;
  return {
    requestsPerSecond: said.requests / seconds,
    megabytesPerSecond: said.bytes / 1e6 / seconds,
    p99Ms: said.p99Us / 1000,
  };
}

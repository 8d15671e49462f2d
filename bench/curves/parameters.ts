import { join } from "node:path";
import { parseArgs } from "node:util";
import { curves, isCurve, type CurveName } from "./curves.ts";

const documents = join(import.meta.dir, "..", "..", "docs");

export const usage = `usage: scripts/curves [options]
  --only NAME     one curve: ${Object.keys(curves).join(", ")}; can be repeated
  --to N          the largest number, or size in bytes, on the axis
  --seconds N     for each series at each place on the axis (1.5)
  --out DIR       where pictures and data are written (docs/lab/curves)
  --draw          measures nothing, and draws again what is known
  --quick         two places on each axis, a moment each, into build/curves: whether it works, and no figures`;

export interface Parameters {
  readonly only: readonly CurveName[];
  readonly to: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly out: string;
  readonly draw: boolean;
  /** The maximum number of sizes on each axis. */
  readonly places: number;
}

const options = {
  only: { type: "string", multiple: true },
  to: { type: "string" },
  seconds: { type: "string" },
  out: { type: "string" },
  draw: { type: "boolean", default: false },
  quick: { type: "boolean", default: false },
} as const;

export function readParameters(args: string[]): Parameters {
  const { values } = parseArgs({ args, options });
  const { quick } = values;
  return {
    only: values.only?.map(curveIn) ?? (Object.keys(curves) as CurveName[]),
    to: values.to === undefined ? Number.POSITIVE_INFINITY : numberIn("to", values.to),
    seconds: values.seconds === undefined ? (quick ? 0.2 : 1.5) : numberIn("seconds", values.seconds),
    rounds: quick ? 1 : 7,
    out: values.out ?? (quick ? join(documents, "..", "build", "curves") : join(documents, "lab", "curves")),
    draw: values.draw,
    places: quick ? 2 : Number.POSITIVE_INFINITY,
  };
}

function curveIn(name: string): CurveName {
  if (!isCurve(name)) throw new Error(`--only is ${name}, which is no curve`);
  return name;
}

function numberIn(flag: string, text: string): number {
  const value = Number(text);
  if (!(value > 0) || value === Number.POSITIVE_INFINITY)
    throw new Error(`--${flag} is ${text}; it has to be a number above 0`);
  return value;
}

import type { LogOptions } from "../base/log.ts";
import { wantsColour } from "../base/paint.ts";
import type { Settings } from "./settings.ts";

/**
 * Returns the options of the log. Workers share the standard error of their supervisor, so all processes choose the same
 * format.
 */
export function logOptions({ log, logFormat }: Settings): LogOptions {
  const isTerminal = process.stderr.isTTY;
  const format = logFormat === "auto" ? (isTerminal ? "text" : "json") : logFormat;
  return { least: log, format, colour: isTerminal && wantsColour(process.env) };
}

import type { LogOptions } from "../base/log.ts";
import type { Settings } from "./settings.ts";

/**
 * Returns the options of the log. Workers share the standard error of their supervisor, so all processes choose the same
 * format.
 */
export function logOptions({ log, logFormat }: Settings): LogOptions {
  const auto = process.stderr.isTTY ? "text" : "json";
  return { least: log, format: logFormat === "auto" ? auto : logFormat };
}

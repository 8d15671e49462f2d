import type { LogOptions } from "../base/log.ts";
import type { Settings } from "./settings.ts";

/** How the log is written. Workers share the standard error of their supervisor, so each of them decides the same. */
export function logOptions({ log, logFormat }: Settings): LogOptions {
  const auto = process.stderr.isTTY ? "text" : "json";
  return { least: log, format: logFormat === "auto" ? auto : logFormat };
}

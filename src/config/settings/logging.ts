import { logLevels, type LogLevel } from "../../base/log.ts";
import { choice } from "./codecs.ts";
import type { Setting, SettingGroup } from "./setting.ts";

/** The settings of the log. */
export const logging = {
  name: "logging",
  title: "Logging",
  doc: "The log on standard error.",
  settings: {
    log: {
      key: "log",
      doc: "Least severe level of the log on standard error. `error` logs failures inside the registry. `warn` adds problems that need attention soon. `info` adds requests and the actions of the registry. `debug` adds successful health probes and metric scrapes. `off` logs nothing.",
      ...choice([...logLevels, "off"]),
      otherNames: ["log-level", "loglevel", "level", "verbosity"],
      default: "info",
    } satisfies Setting<LogLevel | "off">,
    logFormat: {
      key: "log-format",
      doc: "Format of the log. `json` is one JSON object a line. `text` is short lines for people, with colours if standard error is a terminal and the variable `NO_COLOR` is not set. `auto` is `text` if standard error is a terminal, else `json`.",
      ...choice(["auto", "json", "text"]),
      default: "auto",
    } satisfies Setting<"auto" | "json" | "text">,
  },
} as const satisfies SettingGroup;

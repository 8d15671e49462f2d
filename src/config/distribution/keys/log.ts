import type { DistributionKey, Reading } from "../key.ts";
import { hasEnabledItem, readWord } from "../values.ts";

const levels = ["error", "warn", "info", "debug"];
const readLevel = readWord(Object.fromEntries(levels.map((level): [string, Reading] => [level, { text: level }])));

/** The keys of the log, and of reports to other services. */
export const logKeys: readonly DistributionKey[] = [
  {
    path: "loglevel",
    setting: "log",
    read: readLevel,
    overriddenBy: "log.level",
    note: "`log.level` overrides it.",
  },
  { path: "log.level", setting: "log", read: readLevel },
  {
    path: "log.formatter",
    setting: "log-format",
    read: readWord({
      text: { text: "text" },
      json: { text: "json" },
      logstash: { unsupported: "Lading writes text or json" },
    }),
    note: "`logstash` is not supported. The fields differ.",
  },
  {
    path: "log.accesslog",
    noEffect: "each request is a line of the log at the level info; the level warn leaves these lines out",
  },
  { path: "log.fields", noEffect: "Lading adds no fields to its log; label the lines where you collect them" },
  { path: "log.reportcaller", noEffect: "a line of Lading's log names no line of the code" },
  {
    path: "log.hooks",
    unsupported: "Lading sends no mail; set alerts on /metrics or on the collected log",
    isUsed: hasEnabledItem,
    accepted: "`disabled: true`",
  },
  { path: "reporting.bugsnag", unsupported: "Lading reports to no other service; collect its log" },
  { path: "reporting.newrelic", unsupported: "Lading reports to no other service; collect its log and /metrics" },
];

import type { DistributionKey } from "../distribution/key.ts";
import { distributionKeys } from "../distribution/keys.ts";
import { keyPath } from "../setting-names.ts";

/** Returns the table of all keys of distribution's configuration in Markdown, for the manual. */
export function distributionTable(): string {
  const rows = new Map<string, string[]>();
  for (const key of distributionKeys) {
    const meaning = `${meaningOf(key)} | ${noteOf(key)}`;
    rows.set(meaning, [...(rows.get(meaning) ?? []), `\`${key.path}\``]);
  }
  const lines = [...rows].map(([meaning, paths]) => `| ${paths.join(", ")} | ${meaning} |`);
  return ["| key of distribution | Lading | note |", "|---|---|---|", ...lines].join("\n");
}

function meaningOf(key: DistributionKey): string {
  if ("setting" in key) return `\`${keyPath(key.setting)}\``;
  return "noEffect" in key ? "no effect" : "not supported";
}

function noteOf(key: DistributionKey): string {
  if ("noEffect" in key) return sentence(key.noEffect);
  if ("unsupported" in key) {
    const { unsupported, accepted } = key;
    return `${sentence(unsupported)}${accepted === undefined ? "" : ` Accepted: ${accepted}.`}`;
  }
  const { otherwise, note } = key;
  const value = otherwise && `Without the key: \`${String(otherwise.value)}\`, as in distribution.`;
  return [value, note].filter((text) => text !== undefined).join(" ");
}

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

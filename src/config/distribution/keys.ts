import type { DistributionKey } from "./key.ts";
import { contentKeys } from "./keys/content.ts";
import { httpKeys } from "./keys/http.ts";
import { logKeys } from "./keys/log.ts";
import { serviceKeys } from "./keys/services.ts";
import { storageKeys } from "./keys/storage.ts";

/** The table of all keys of distribution's configuration, versions 2.8 and 3. */
export const distributionKeys: readonly DistributionKey[] = [
  { path: "version", noEffect: "Lading's format has no version" },
  ...logKeys,
  ...storageKeys,
  ...httpKeys,
  ...serviceKeys,
  ...contentKeys,
];

/** Names of HTTP headers are the only keys whose letter case does not matter. */
function normalized(path: string): string {
  return path.startsWith("http.headers.") ? path.toLowerCase() : path;
}

const byPath = new Map(distributionKeys.map((key) => [normalized(key.path), key]));

/** The names that a mapping may have, by the path of the mapping. The path of the whole file is empty. */
const names = new Map<string, Set<string>>();
for (const { path } of distributionKeys) {
  const parts = path.split(".");
  for (const [index, part] of parts.entries()) {
    const above = parts.slice(0, index).join(".");
    names.set(above, (names.get(above) ?? new Set()).add(part));
  }
}

/** Returns the entry of a path, or the entry for any other name at its place. */
export function findKey(path: string): DistributionKey | undefined {
  return byPath.get(normalized(path)) ?? byPath.get(path.replace(/[^.]*$/, "*"));
}

/** Returns the names in the mapping with this path, or undefined if the table has no mapping there. */
export function namesIn(path: string): readonly string[] | undefined {
  const found = names.get(path);
  return found && [...found];
}

/** Returns the path of the key that becomes a setting. If there are several, it is the last in the table. */
export function pathOfSetting(setting: string): string | undefined {
  return distributionKeys.findLast((key) => "setting" in key && key.setting === setting)?.path;
}

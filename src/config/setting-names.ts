import { nearestName } from "../base/nearest-name.ts";
import { configurationFlag, ignoreUnsupportedFlag } from "./configuration-flag.ts";
import { groups } from "./settings.ts";
import type { Setting, SettingGroup } from "./settings/setting.ts";

/** A setting with the group that it belongs to. */
export interface Place {
  readonly group: SettingGroup;
  readonly setting: Setting<unknown>;
}

/** All settings with their groups, by the key of the setting. */
export const places: ReadonlyMap<string, Place> = new Map(
  groups.flatMap((group) => Object.values(group.settings).map((setting) => [setting.key, { group, setting }])),
);

interface Named {
  readonly key: string;
  readonly otherNames?: readonly string[];
}

const named: readonly Named[] = [
  configurationFlag,
  ignoreUnsupportedFlag,
  ...[...places.values()].map(({ setting }) => setting),
];

/**
 * Returns the key of the setting that the user probably meant: one with a similar spelling, or with this name in other
 * programs. `config` is the flag for the configuration file.
 */
export function meantBy(name: string, candidates = named): string | undefined {
  const alias = candidates.find(({ otherNames }) => otherNames?.includes(name.toLowerCase()) === true);
  const names = candidates.map(({ key }) => key);
  return alias?.key ?? nearestName(name, names);
}

/** Returns the path of a setting in the configuration file, such as `network.listen`. */
export function keyPath(key: string): string {
  return `${places.get(key)!.group.name}.${key}`;
}

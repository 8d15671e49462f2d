import { browsers } from "./settings/browsers.ts";
import { clients } from "./settings/clients.ts";
import { compatibility } from "./settings/compatibility.ts";
import { content } from "./settings/content.ts";
import { logging } from "./settings/logging.ts";
import { network } from "./settings/network.ts";
import { processes } from "./settings/processes.ts";
import type { Setting, SettingGroup } from "./settings/setting.ts";
import { storage } from "./settings/storage.ts";
import { tls } from "./settings/tls.ts";
import { uploads } from "./settings/uploads.ts";

/** All groups of settings, in the order of the manual. */
export const groups: readonly SettingGroup[] = [
  network,
  tls,
  storage,
  processes,
  logging,
  browsers,
  uploads,
  content,
  clients,
  compatibility,
];

/** The table of all settings. */
export const settings = {
  ...network.settings,
  ...tls.settings,
  ...storage.settings,
  ...processes.settings,
  ...logging.settings,
  ...browsers.settings,
  ...uploads.settings,
  ...content.settings,
  ...clients.settings,
  ...compatibility.settings,
} as const;

type ValueOf<S> = S extends Setting<infer T> ? (S extends { readonly default: null } ? T | undefined : T) : never;

/** The values of all settings. */
export type Settings = { readonly [K in keyof typeof settings]: ValueOf<(typeof settings)[K]> };

/** Returns the default value of a setting. */
export function defaultOf<T>({ default: text, parse }: Setting<T>): T | undefined {
  return text === null ? undefined : parse(text);
}

/** Returns the environment variable of a setting. */
export function environmentName(key: string): string {
  return `LADING_${key.toUpperCase().replaceAll("-", "_")}`;
}

/** What a key of distribution's configuration means for Lading. The folder `keys` has the table, one file for each part. */
import type { settings } from "../settings.ts";

/** The key of a setting of Lading, such as `listen`. */
export type SettingKey = (typeof settings)[keyof typeof settings]["key"];

/** What a value in distribution's configuration becomes. */
export type Reading =
  /** The value of the setting, in the format that its flag accepts. */
  | { readonly text: string }
  /** Why Lading does not have what the value asks for. */
  | { readonly unsupported: string }
  /** What the value must be. */
  | { readonly mustBe: string };

/** The value that distribution uses if the key is absent, and that differs from Lading's default. */
export interface DifferentDefault {
  readonly value: unknown;
  /** The mapping that has to be present. */
  readonly within: string;
}

/** A key that becomes a setting of Lading. */
export interface TakenKey {
  readonly setting: SettingKey;
  /** Returns undefined if the setting says best what the value must be. */
  readonly read: (value: unknown) => Reading | undefined;
  readonly otherwise?: DifferentDefault;
  /** The path of the key that counts if both are present. */
  readonly overriddenBy?: string;
  /** What the reader of the manual has to know about the values. */
  readonly note?: string;
}

/** A key for something that Lading does not have. It stops the start. */
export interface UnsupportedKey {
  /** The reason, with advice. */
  readonly unsupported: string;
  /** Returns whether the value asks for what Lading does not have. Without this function, every value does. */
  readonly isUsed?: (value: unknown) => boolean;
  /** The values that are accepted because they ask for nothing, for the manual. */
  readonly accepted?: string;
  /** Whether the name alone, without a value, already switches it on. */
  readonly evenEmpty?: true;
}

/** A key that needs no counterpart. */
export interface NeedlessKey {
  /** The reason why the key has no effect. */
  readonly noEffect: string;
}

/** An entry of the table. It is also about all keys below its path, unless they have an entry. */
export type DistributionKey = {
  /** The path, such as `http.addr`. A last component `*` is any other name. */
  readonly path: string;
} & (TakenKey | UnsupportedKey | NeedlessKey);

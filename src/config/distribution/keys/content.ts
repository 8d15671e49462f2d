import type { DistributionKey } from "../key.ts";
import { readSwitch, readWord } from "../values.ts";

const urlReason = "Lading does not check the `urls` of layers";

/** The keys about pushed content and lists. */
export const contentKeys: readonly DistributionKey[] = [
  { path: "catalog.maxentries", noEffect: "a page of the catalogue has at most 10,000 entries" },
  { path: "tags.maxtags", noEffect: "a page of tags has at most 10,000 entries" },
  { path: "validation.enabled", noEffect: "the keys below validation.manifests decide" },
  { path: "validation.disabled", noEffect: "the keys below validation.manifests decide" },
  { path: "validation.manifests.urls", unsupported: `${urlReason}, and accepts all of them` },
  {
    path: "validation.manifests.indexes.platforms",
    setting: "sparse-indexes",
    read: readWord({
      all: { text: "off" },
      none: { text: "on" },
      list: { unsupported: "Lading requires all platforms of an index (all) or none of them (none)" },
    }),
    note: "`all` is `off`, and `none` is `on`. `list` is not supported.",
  },
  {
    path: "validation.manifests.indexes.platformlist",
    noEffect: "the list counts only with validation.manifests.indexes.platforms: list",
  },
  {
    path: "compatibility.schema1.enabled",
    setting: "legacy",
    read: readSwitch,
    note: "In Lading, it is also about the Registry API of 2014, and it is on without this key. `schema1-conversion` is a separate setting.",
  },
  {
    path: "compatibility.schema1.signingkeyfile",
    noEffect: "Lading makes its own key, signing-key.json in the data directory",
  },
  {
    path: "policy.repository.classes",
    unsupported: "Lading accepts every media type in every repository",
  },
];

import { onOff } from "./codecs.ts";
import type { Setting, SettingGroup } from "./setting.ts";

/** The settings of the formats of 2014. */
export const compatibility = {
  name: "compatibility",
  title: "Compatibility",
  doc: "The Registry API of 2014 and images of Docker schema 1.",
  settings: {
    legacy: {
      key: "legacy",
      doc: "If on, the registry answers the paths of the Registry API of 2014 (`/v2/<name>/manifest/<tag>` and `/v2/<name>/blob/...`), with the names, status codes and error codes of that API, and accepts manifests of Docker schema 1. If off, those paths get 404, and Lading refuses such manifests.",
      ...onOff,
      default: "on",
    } satisfies Setting<boolean>,
    schema1Conversion: {
      key: "schema1-conversion",
      doc: "If on, a client that accepts nothing newer than Docker schema 1, or sends no `Accept`, gets images by tag as schema 1. Lading signs them with its own key. The paths of 2014 always convert. Requires `legacy` on.",
      ...onOff,
      default: "off",
    } satisfies Setting<boolean>,
    schema1Names: {
      key: "schema1-names",
      doc: "If on, the name and tag in a Docker schema 1 manifest must match the repository and tag of the push. If off, clients can copy such a manifest unchanged to another name. The paths of 2014 always require the match.",
      ...onOff,
      default: "on",
    } satisfies Setting<boolean>,
  },
} as const satisfies SettingGroup;

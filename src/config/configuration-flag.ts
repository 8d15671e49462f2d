import { configLimits } from "./limits.ts";
import { onOff } from "./settings/codecs.ts";

/** The flag and the environment variable that name the configuration file. It is not a setting: the file cannot contain it. */
export const configurationFlag = {
  key: "config",
  form: "file",
  doc: `Configuration file in YAML: in Lading's format, with all settings in groups, or in the format of \`registry:2\` and distribution 3. Environment variables and flags override the settings in the file. It must be a regular file of at most ${configLimits.configurationFileBytes / 1024} KiB, and no pipe such as \`<(...)\`. Lading reads the file at the start only.`,
  otherNames: ["config-file", "configuration", "conf", "settings", "c"],
} as const;

/** The flag and the environment variable for unsupported keys of distribution's configuration. It is not a setting. */
export const ignoreUnsupportedFlag = {
  ...onOff,
  key: "ignore-unsupported",
  doc: "Starts although a configuration file of distribution has keys that Lading does not support. Lading prints a warning for each. Without this flag, such a key stops the start. The flag needs no value; the environment variable needs `on`.",
} as const;

/** The flag and the environment variable that name the configuration file. It is not a setting: the file cannot contain it. */
export const configurationFlag = {
  key: "config",
  form: "file",
  doc: "Configuration file in YAML. It can have all settings, in groups. Environment variables and flags override the settings in the file. Lading reads the file at the start only.",
  otherNames: ["config-file", "configuration", "conf", "settings", "c"],
} as const;

import { environmentName, settings } from "../../config/settings.ts";

const usage = `lading: a registry for container images and every other OCI artifact

  lading serve [flags]    runs the registry
  lading keys [flags]     lists the key by which the registry signs: its id, its algorithm and its file
  lading version          prints the version
  lading help             prints this

Flags of serve, each also taken from the environment variable beside it:
`;

export async function help(): Promise<number> {
  const lines = Object.values(settings).map(
    ({ key, form, doc, default: value }) =>
      `  --${key} <${form}>    ${environmentName(key)}\n      ${doc}\n      Default: ${value ?? "none"}\n`,
  );
  process.stdout.write(`${usage}\n${lines.join("\n")}`);
  return 0;
}

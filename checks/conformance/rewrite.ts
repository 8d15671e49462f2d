/** The suite on the specification's main branch: a program that judges each use of the API and each kind of content. */
import { parseJunit } from "./junit.ts";
import type { LeftOut, Outcome, Status } from "./results.ts";
import { resultsText, type Setting, type Suite } from "./suite.ts";

export const rewrite: Suite = {
  name: "rewrite",
  option: "rewrite",
  variable: "CONFORMANCE_REWRITE",
  build: "main: cd conformance && go build -o PATH .",
  settings: [
    setting("1.1", {
      "Blob upload cancel": "came after 1.1",
      "/post cancel/blob-post-cancel": "came after 1.1",
      "Manifest put with tag params": "came after 1.1",
    }),
    setting("dev", {}),
  ],
  async read(folder) {
    const api = parseApiList(await resultsText(folder, "results.yaml"));
    const { cases, counts } = parseJunit(await resultsText(folder, "junit.xml"));
    return { api, tests: cases, all: counts };
  },
};

/**
 * With the default content of the suite: manifests with missing references are omitted, because this registry refuses
 * them.
 */
function setting(version: string, leftOut: LeftOut): Setting {
  return {
    name: `OCI_VERSION=${version}, anonymous mounts`,
    flags: ["--anonymous-mount", "on"],
    environment: (host, folder) => ({
      OCI_REGISTRY: host,
      OCI_TLS: "disabled",
      OCI_VERSION: version,
      OCI_RESULTS_DIR: folder,
    }),
    leftOut,
  };
}

const statuses: Readonly<Record<string, Status>> = {
  Pass: "passed",
  FAIL: "failed",
  Error: "error",
  Skip: "skipped",
  Disabled: "disabled",
};

/** An unknown word is an error, such as `Unknown` for an API that was never tried. */
export function parseApiList(text: string): Outcome[] {
  const { apis } = (Bun.YAML.parse(text) ?? {}) as { apis?: Readonly<Record<string, string>> };
  const entries = Object.entries(apis ?? {});
  if (entries.length === 0) throw new Error("the suite's results.yaml lists no API");
  return entries.map(([name, word]) => ({ name, status: statuses[word] ?? "error" }));
}

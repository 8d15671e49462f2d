/** The suite of the specification's releases up to v1.1.1: a test binary whose tests are grouped into four workflows. */
import { parseJunit } from "./junit.ts";
import type { Outcome } from "./results.ts";
import { resultsText, type Setting, type Suite } from "./suite.ts";

export const release: Suite = {
  name: "v1.1.1",
  option: "v1.1",
  variable: "CONFORMANCE_V1_1",
  build: "v1.1.1: cd conformance && go test -c -o PATH .",
  settings: [setting(false), setting(true)],
  async read(folder) {
    const { cases, counts } = parseJunit(await resultsText(folder, "junit.xml"));
    return { api: cases.filter(isUseOfApi), tests: cases, all: counts };
  },
};

/**
 * The suite must know the answer to a mount without `from`, so each setting omits one test. By default the registry
 * mounts nothing without `from`.
 */
function setting(anonymousMount: boolean): Setting {
  const crossmount = anonymousMount ? "1" : "0";
  const other = anonymousMount ? "disabled should return a 202" : "enabled should return a 201";
  return {
    name: `OCI_AUTOMATIC_CROSSMOUNT=${crossmount}, all four workflows`,
    flags: anonymousMount ? ["--anonymous-mount", "on"] : [],
    environment: (host, folder) => ({
      OCI_ROOT_URL: `http://${host}`,
      OCI_NAMESPACE: "conformance/first",
      OCI_CROSSMOUNT_NAMESPACE: "conformance/second",
      OCI_AUTOMATIC_CROSSMOUNT: crossmount,
      OCI_TEST_PULL: "1",
      OCI_TEST_PUSH: "1",
      OCI_TEST_CONTENT_DISCOVERY: "1",
      OCI_TEST_CONTENT_MANAGEMENT: "1",
      OCI_REPORT_DIR: folder,
    }),
    leftOut: {
      [`automatic content discovery ${other}`]: "the other setting runs it",
      "Cross-mounting of nonexistent blob should yield session id": "runs where mounts are not done; here they are",
      "Setup Get tag name from environment": "for content that exists before; here the suite pushes its own",
      "Setup Populate registry with test tags (no push)": "for tags that exist before; here the suite pushes its own",
    },
  };
}

const outsideOfApi = /^html custom reporter$| (?:Pull|Push|Content Discovery|Content Management) (?:Setup|Teardown) /;

function isUseOfApi({ name }: Outcome): boolean {
  return !outsideOfApi.test(name);
}

// The build contexts of BuildKit's cases: images of busybox, so that a build can run commands without another registry.
import type { CaseContext } from "../context.ts";

/** An image of busybox in which one shell command has run. */
export function busyboxContext(context: CaseContext, command: string): string {
  return context.inputs.contextOf({
    Dockerfile: [
      "FROM scratch",
      "COPY busybox /bin/busybox",
      `RUN ["/bin/busybox", "sh", "-c", ${JSON.stringify(command)}]`,
      "",
    ].join("\n"),
    busybox: { copyOf: context.place.which("busybox") ?? "" },
  });
}

const STATEMENT = {
  _type: "https://in-toto.io/Statement/v0.1",
  predicateType: "https://spdx.dev/Document",
  predicate: { SPDXID: "SPDXRef-DOCUMENT", name: "made here" },
};

/** A scanner as BuildKit wants one: it writes a bill of materials where its environment tells it to. */
export function scannerContext(context: CaseContext): string {
  return context.inputs.contextOf({
    Dockerfile: [
      "FROM scratch",
      "COPY busybox /bin/busybox",
      "COPY statement.json /statement.json",
      'ENTRYPOINT ["/bin/busybox", "sh", "-c", "exec /bin/busybox cp /statement.json $BUILDKIT_SCAN_DESTINATION/made.spdx.json"]',
      "",
    ].join("\n"),
    busybox: { copyOf: context.place.which("busybox") ?? "" },
    "statement.json": JSON.stringify(STATEMENT),
  });
}

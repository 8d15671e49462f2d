// nginx that requires a name and a password before it forwards a request.
import { assert, assertEqual } from "../clients/assertions.ts";
import type { CaseRunner } from "../clients/case-runner.ts";
import { blobOf } from "../../test/support/content.ts";
import { pushBlob, REPOSITORY } from "./checks.ts";
import type { RunningSetup, User } from "./setup.ts";

export const USER: User = { name: "alice", password: "correct horse" };

export async function basicAuthChecks(cases: CaseRunner, { front }: RunningSetup): Promise<void> {
  const wrong = `Basic ${btoa(`${USER.name}:wrong`)}`;
  await cases.test("nginx challenges a request without credentials, and one with a wrong password", async () => {
    for (const authorization of ["", wrong]) {
      const refused = await front.fetch("/v2/", { headers: { authorization } });
      assertEqual("status of GET /v2/", refused.status, 401);
      assertEqual("challenge", refused.headers.get("www-authenticate"), 'Basic realm="registry"');
    }
  });
  await cases.test("no client without the password can push or delete", async () => {
    const { digest } = blobOf("guarded");
    for (const [method, rest] of [
      ["POST", "blobs/uploads/"],
      ["DELETE", `blobs/${digest}`],
    ] as const) {
      const refused = await front.fetch(front.pathOf(REPOSITORY, rest), { method, headers: { authorization: wrong } });
      assertEqual(`status of ${method}`, refused.status, 401);
    }
  });
  await cases.test("a client with the password can push and pull", async () => {
    const content = blobOf("guarded", 200_000);
    await pushBlob(front, content);
    const pulled = await front.fetch(front.pathOf(REPOSITORY, `blobs/${content.digest}`));
    assert(Buffer.from(await pulled.bytes()).equals(content.bytes), "the blob came back as something else");
  });
  await unpublishedCheck(cases, front);
}

export async function publicPullChecks(cases: CaseRunner, standing: RunningSetup): Promise<void> {
  const { front } = standing;
  await basicAuthChecks(cases, standing);
  await cases.test("a client without a password can pull, but cannot push or delete", async () => {
    const content = blobOf("public", 200_000);
    await pushBlob(front, content);
    const anonymous = { headers: { authorization: "" } };
    const path = front.pathOf(REPOSITORY, `blobs/${content.digest}`);
    assertEqual("status of GET", (await front.fetch(path, anonymous)).status, 200);
    assertEqual("status of HEAD", (await front.fetch(path, { ...anonymous, method: "HEAD" })).status, 200);
    for (const [method, target] of [
      ["DELETE", path],
      ["POST", front.pathOf(REPOSITORY, "blobs/uploads/")],
      ["PUT", front.pathOf(REPOSITORY, "manifests/latest")],
    ] as const) {
      assertEqual(`status of ${method}`, (await front.fetch(target, { ...anonymous, method })).status, 401);
    }
    assertEqual("status after the DELETE", (await front.fetch(path, anonymous)).status, 200);
  });
}

/** Checks that nginx does not serve the paths that are meant for the operator's machine only. */
export async function unpublishedCheck(cases: CaseRunner, front: RunningSetup["front"]): Promise<void> {
  await cases.test("nginx publishes neither metrics, nor health, nor documents", async () => {
    for (const path of ["/metrics", "/readyz", "/healthz", "/docs", "/openapi.json", "/"]) {
      // With a path prefix, the registry's own pages are also below it.
      for (const below of new Set(["", front.path])) {
        assertEqual(`status of GET ${below}${path}`, (await front.fetch(below + path)).status, 404);
      }
    }
  });
}

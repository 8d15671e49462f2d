// Certificates that change while the registry is in use.
import { statSync } from "node:fs";
import { assert, assertEqual } from "../clients/assertions.ts";
import type { CaseRunner } from "../clients/case-runner.ts";
import { blobOf } from "../../test/support/content.ts";
import { headOf } from "../../test/support/raw.ts";
import { uploadFileOf } from "../../test/support/stored-files.ts";
import { until } from "../../test/support/until.ts";
import { REPOSITORY, startSession } from "./checks.ts";
import type { Front } from "./front.ts";
import type { RunningSetup } from "./setup.ts";

const EVERY_MS = 10_000;

type Renewable = RunningSetup & { readonly renew: NonNullable<RunningSetup["renew"]> };

export function isRenewable(standing: RunningSetup): standing is Renewable {
  return standing.renew !== undefined;
}

/**
 * An upload in progress succeeds. Clients on old connections get a response that asks them to reconnect, and lose
 * nothing.
 */
export async function renewalCheck(cases: CaseRunner, { front, data, renew }: Renewable): Promise<void> {
  await cases.test(
    "an upload succeeds if the certificate of the registry is replaced while the upload is in progress",
    async () => {
      const { bytes, digest } = blobOf("through the change", 200_000);
      const location = await startSession(front);
      const connection = await front.connect();
      const headers = [["Content-Length", String(bytes.length)]] as const;
      await connection.send(headOf({ method: "PATCH", target: location, headers }));
      await connection.send(bytes.subarray(0, 100_000));
      await until(() => statSync(uploadFileOf(data, location), { throwIfNoEntry: false })?.size === 100_000);
      renew("second");
      await untilCertificate(front, "second");
      await connection.send(bytes.subarray(100_000));
      const patched = await connection.response("PATCH");
      connection.cut();
      assertEqual("status of PATCH", patched?.status, 202);
      assertEqual("Connection", patched?.headers.get("connection"), "close");
      assertEqual("status of PUT", (await front.fetch(`${location}?digest=${digest}`, { method: "PUT" })).status, 201);
      const got = await front.fetch(front.pathOf(REPOSITORY, `blobs/${digest}`));
      assert(Buffer.from(await got.bytes()).equals(bytes), "the blob came back as something else");
    },
  );
}

/** Renews the certificate again and again while `work` is done. */
export async function renewDuring(cases: CaseRunner, { front, renew }: Renewable, work: () => Promise<void>) {
  let renewals = 0;
  const renewOnce = () => {
    renewals += 1;
    renew(`renewed-${renewals}`);
  };
  renewOnce();
  const timer = setInterval(renewOnce, EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  await cases.test(`after ${renewals} renewals while the clients ran, the last certificate is in use`, () =>
    untilCertificate(front, `renewed-${renewals}`),
  );
}

/** Ignores connections that are reset: the old server may stop while one is being opened. */
function untilCertificate(front: Front, subject: string): Promise<void> {
  return until(async () => (await front.certificate().catch(() => undefined)) === subject);
}

/** A certificate that is renewed while several workers listen. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { makeCertificate, writePair } from "../support/certificate.ts";
import { patienceMs } from "../support/patience.ts";
import { withDirectory } from "../support/process.ts";
import { RawConnection } from "../support/raw.ts";
import { until } from "../support/until.ts";
import { linesOf, pidsOf, startWorkers } from "../support/workers.ts";

setDefaultTimeout(patienceMs);

test("SIGHUP activates the new certificate at every worker, also at one that starts later, and is logged once", () =>
  withDirectory(async (path) => {
    const authority = makeCertificate({ subject: "authority" });
    const { cert, key } = writePair(path, makeCertificate({ subject: "first", issuer: authority }));
    const running = await startWorkers(2, join(path, "data"), ["--tls-cert", cert, "--tls-key", key]);
    const port = Number(new URL(running.url).port);
    /** The subjects of the certificates on enough connections to reach each worker. */
    const subjects = async () => {
      const seen = new Set<string>();
      for (let asked = 0; asked < 20; asked += 1) {
        const connection = await RawConnection.openTls(port, { ca: authority.cert });
        seen.add(connection.certificate);
        connection.cut();
      }
      return [...seen];
    };
    expect(await subjects()).toEqual(["first"]);

    writePair(path, makeCertificate({ subject: "second", issuer: authority }));
    running.signal("SIGHUP");
    const used = () => linesOf(running).filter(({ message }) => message === "certificate in use");
    await until(() => used().length === 2);
    expect(used().map(({ subject }) => subject)).toEqual(["CN=first", "CN=second"]);
    expect(await subjects()).toEqual(["second"]);

    const [victim] = pidsOf(running, 2);
    process.kill(victim!, "SIGKILL");
    await until(() => pidsOf(running, 2).length === 2);
    expect(await subjects()).toEqual(["second"]);
    expect((await running.end()).code).toBe(0);
  }));

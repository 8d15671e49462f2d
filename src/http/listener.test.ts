import { describe, expect, test } from "bun:test";
import { makeCertificate } from "../../test/support/certificate.ts";
import { until } from "../../test/support/until.ts";
import type { Certificate } from "../base/certificate.ts";
import { Listener } from "./listener.ts";

const address = { hostname: "127.0.0.1", port: 0 };

function certificateOf(subject: string): Certificate {
  return { ...makeCertificate(), subject, validFrom: 0, validTo: 0 };
}

/** Servers that record their calls. Each stops when the test closes its connections. */
function recorder() {
  const steps: string[] = [];
  const open = ({ port }: typeof address, certificate: Certificate | undefined) => {
    const name = certificate?.subject ?? "plain";
    const ended = Promise.withResolvers<void>();
    steps.push(`${name} opens ${port}`);
    return {
      hostname: address.hostname,
      port: port === 0 ? 4711 : port,
      inFlight: 1,
      startDraining: () => void steps.push(`${name} leaves`),
      stop(closeActive = false): Promise<void> {
        steps.push(`${name} stops${closeActive ? " and closes" : ""}`);
        if (closeActive) ended.resolve();
        return ended.promise;
      },
    };
  };
  return { steps, open };
}

describe("with a certificate", () => {
  test("the port is first opened exclusively, so that it is not shared with another process", () => {
    const { steps, open } = recorder();
    expect(new Listener(address, certificateOf("one"), open).port).toBe(4711);
    expect(steps).toEqual(["plain opens 0", "plain stops and closes", "one opens 4711"]);
  });

  test("the new server opens at the same port before the old one drains, and stop waits for both", async () => {
    const { steps, open } = recorder();
    const listener = new Listener(address, certificateOf("one"), open);
    steps.length = 0;
    await listener.replace(certificateOf("two"));
    expect(steps).toEqual(["two opens 4711", "one leaves", "one stops"]);
    let ended = false;
    const ending = listener.stop().then(() => (ended = true));
    await until(() => steps.includes("two stops"));
    expect([ended, steps.slice(3)]).toEqual([false, ["one stops", "two stops"]]);
    await listener.stop(true);
    await ending;
  });

  test("if the new server cannot open, the old one stays", async () => {
    const { steps, open } = recorder();
    const listener = new Listener(address, certificateOf("one"), (at, certificate) => {
      if (certificate?.subject === "two") throw new Error("too many open files");
      return open(at, certificate);
    });
    steps.length = 0;
    expect(await listener.replace(certificateOf("two")).catch((error: Error) => error.message)).toBe(
      "too many open files",
    );
    expect(steps).toEqual([]);
  });

  test("no server opens after stop", async () => {
    const { steps, open } = recorder();
    const listener = new Listener(address, certificateOf("one"), open);
    await listener.stop(true);
    steps.length = 0;
    await listener.replace(certificateOf("two"));
    expect(steps).toEqual([]);
  });
});

test("without a certificate there is one server, and it never shares its port", () => {
  const { steps, open } = recorder();
  expect(new Listener({ ...address, port: 5000 }, undefined, open).port).toBe(5000);
  expect(steps).toEqual(["plain opens 5000"]);
});

describe("M21: idle connections", () => {
  test("are closed by replacing the server with one that has the same certificate", async () => {
    const { steps, open } = recorder();
    const listener = new Listener(address, certificateOf("one"), open);
    await listener.replace(certificateOf("two"));
    steps.length = 0;
    expect(listener.closeIdle()).toBe(true);
    expect(steps).toEqual(["two stops", "two opens 4711"]);
  });

  test("are closed even if the new server cannot open yet; the next call opens it", () => {
    const { steps, open } = recorder();
    let fails = false;
    const listener = new Listener(address, undefined, (...parameters) => {
      if (fails) throw new Error("EMFILE");
      return open(...parameters);
    });
    fails = true;
    expect(listener.closeIdle()).toBe(false);
    fails = false;
    expect(listener.closeIdle()).toBe(true);
    expect(steps.at(-1)).toBe("plain opens 4711");
  });
});

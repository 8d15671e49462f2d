/** What a service manager with the protocol of `sd_notify(3)` gets to know of the registry. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { platform } from "node:os";
import { join } from "node:path";
import { NotifySocket } from "../support/notify-socket.ts";
import { patienceMs } from "../support/patience.ts";
import { runToEnd, startProcess, withDirectory } from "../support/process.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(patienceMs);

const flagsFor = (folder: string) => ["--listen", "127.0.0.1:0", "--data", join(folder, "data"), "--log", "off"];

describe.if(platform() === "linux")("a service manager", () => {
  for (const workers of [1, 2]) {
    test(`knows when the registry is ready, reloads and stops, with workers ${workers}`, () =>
      withDirectory(async (folder) => {
        const path = join(folder, "notify");
        using socket = new NotifySocket(path);
        const running = await startProcess([...flagsFor(folder), "--workers", String(workers)], {
          NOTIFY_SOCKET: path,
        });
        await until(() => socket.states().length === 1);
        expect((await fetch(`${running.url}/v2/`)).status).toBe(200);
        running.signal("SIGHUP");
        await until(() => socket.states().length === 3);
        const { code, stderr } = await running.end();
        expect([code, stderr]).toEqual([0, ""]);
        expect(socket.states()).toEqual(["READY=1", "RELOADING=1", "READY=1", "STOPPING=1"]);
      }));
  }

  test("that does not answer is an error message, and the registry runs", () =>
    withDirectory(async (folder) => {
      const running = await startProcess(flagsFor(folder), { NOTIFY_SOCKET: join(folder, "nothing") });
      expect((await fetch(`${running.url}/v2/`)).status).toBe(200);
      const { code, stderr } = await running.end();
      expect(code).toBe(0);
      expect(stderr).toContain("cannot report READY=1 (NOTIFY_SOCKET): no service manager listens on");
    }));

  test("gets no state of a registry that cannot start", () =>
    withDirectory(async (folder) => {
      const path = join(folder, "notify");
      using socket = new NotifySocket(path);
      expect((await runToEnd(["serve", "--data", "/proc/nothing"], { NOTIFY_SOCKET: path })).code).toBe(1);
      expect(socket.states()).toEqual([]);
    }));
});

import { describe, expect, test } from "bun:test";
import { platform } from "node:os";
import { join } from "node:path";
import { NotifySocket } from "../../test/support/notify-socket.ts";
import { withDirectory } from "../../test/support/process.ts";
import { notifyServiceManager } from "./service-manager.ts";

test("nothing happens without a service manager", () => {
  for (const socket of ["", undefined]) expect(() => notifyServiceManager("READY=1", socket)).not.toThrow();
});

describe.if(platform() === "linux")("a service manager", () => {
  test("gets the states through a socket with a path", () =>
    withDirectory(async (folder) => {
      using socket = new NotifySocket(join(folder, "notify"));
      notifyServiceManager("READY=1", join(folder, "notify"));
      notifyServiceManager("STOPPING=1", join(folder, "notify"));
      expect(socket.states()).toEqual(["READY=1", "STOPPING=1"]);
    }));

  test("gets the states through an abstract socket", () => {
    const name = `@lading-test-${process.pid}`;
    using socket = new NotifySocket(name);
    notifyServiceManager("RELOADING=1", name);
    expect(socket.states()).toEqual(["RELOADING=1"]);
  });

  test("that does not listen is an error", () => {
    expect(() => notifyServiceManager("READY=1", "/no/such/socket")).toThrow("no service manager listens");
  });

  test("with an address that is not the path of a Unix socket is an error", () => {
    for (const socket of ["vsock:2:1234", `/${"x".repeat(108)}`]) {
      expect(() => notifyServiceManager("READY=1", socket)).toThrow("is not the path of a Unix socket");
    }
  });
});

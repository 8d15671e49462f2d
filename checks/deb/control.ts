import { serverLimits } from "../../src/server/limits.ts";
import type { Place } from "./place.ts";
import type { Service } from "./service.ts";

/** Tests what systemctl does with the running service. */
export async function testControl(place: Place): Promise<void> {
  const { report } = place;
  await report.test("a client pushes and pulls an image", () => pushAndPull(place));
  await report.test("systemctl reload keeps the process", () => reload(place));
  await report.test("systemctl stop waits for running pulls", () => stopDuringPulls(place));
  await report.test("systemctl stop ends in time if clients do not read", () => stopSilentClients(place));
}

async function pushAndPull({ service }: Place): Promise<string> {
  await service.request("push");
  await service.request("pull");
  return "on 127.0.0.1:5000";
}

async function reload({ machine, service }: Place): Promise<string> {
  const before = await service.requireRunning();
  await machine.require("systemctl", "reload", "lading");
  await service.untilState("active");
  const after = await service.requireRunning();
  if (before !== after) throw new Error(`the process was ${before}, and is ${after}`);
  return `process ${after}`;
}

async function stopDuringPulls({ machine, service }: Place): Promise<string> {
  const finish = await service.beginPulls();
  await machine.require("systemctl", "stop", "--no-block", "lading");
  await service.untilState("deactivating");
  const cut = await finish();
  await service.untilState("inactive");
  return requireStopped(service, cut, "0 cut");
}

async function stopSilentClients({ machine, service }: Place): Promise<string> {
  await machine.require("systemctl", "start", "lading");
  const finish = await service.beginPulls();
  const began = performance.now();
  await machine.require("systemctl", "stop", "lading");
  const seconds = (performance.now() - began) / 1000;
  const least = serverLimits.drainMs / 1000;
  const most = Number.parseInt(await service.property("TimeoutStopUSec"), 10);
  if (!(seconds >= least && seconds < most)) throw new Error(`after ${seconds} seconds, not ${least} to ${most}`);
  return `${await requireStopped(service, await finish(), "4 cut")}, after ${seconds.toFixed(1)} seconds`;
}

async function requireStopped(service: Service, pulls: string, expected: string): Promise<string> {
  const [result, status] = [await service.property("Result"), await service.property("ExecMainStatus")];
  const found = `${pulls}, ${result}, exit code ${status}`;
  if (found !== `${expected}, success, exit code 0`) throw new Error(found);
  return found;
}

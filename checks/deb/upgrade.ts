import { nextVersion } from "./build.ts";
import { configuration, type Place } from "./place.ts";

/** Tests upgrades of a stopped service, which has the data of an image. */
export async function testUpgrade(place: Place): Promise<void> {
  const { report } = place;
  const whole = "an upgrade keeps a changed configuration and the data, and restarts the service";
  await report.test(whole, () => upgrade(place));
  await report.test("an upgrade leaves a disabled service disabled, and a stopped one stopped", () => stayOff(place));
}

async function upgrade(place: Place): Promise<string> {
  const { machine, service } = place;
  await machine.require("systemctl", "start", "lading");
  await machine.require("sh", "-c", `printf 'content:\\n  deletion: off\\n' >> ${configuration}`);
  const before = await service.requireRunning();
  await installNext(place);
  if ((await service.requireRunning()) === before) throw new Error("the process is still the old one");
  const version = await machine.require("lading", "version");
  if (!version.startsWith(`lading ${nextVersion} `)) throw new Error(version);
  await machine.require("grep", "deletion: off", configuration);
  await service.request("pull");
  return `${version}; the image is there`;
}

async function stayOff(place: Place): Promise<string> {
  const { machine, service } = place;
  await machine.require("systemctl", "disable", "--now", "lading");
  await installNext(place);
  const { output } = await machine.run("systemctl", "is-enabled", "lading");
  const states = `${output}, ${await service.property("ActiveState")}`;
  await machine.require("systemctl", "enable", "--now", "lading");
  if (states !== "disabled, inactive") throw new Error(states);
  return states;
}

/** Without the flag, dpkg asks: the configuration of the new version differs too. */
async function installNext({ machine, packages }: Place): Promise<void> {
  await machine.require("dpkg", "--install", "--force-confold", packages.next);
}

import type { Report } from "../streaming/report.ts";
import type { Machine } from "./machine.ts";
import { Service } from "./service.ts";

/** The data of the service. */
export const data = "/var/lib/lading";
/** The configuration of the service. */
export const configuration = "/etc/lading/lading.yml";

/** The private machine with two versions of the package. */
export class Place {
  readonly report: Report;
  readonly machine: Machine;
  readonly service: Service;
  /** The paths of the packages on the machine. */
  readonly packages: { readonly current: string; readonly next: string };

  constructor(report: Report, machine: Machine, packages: { readonly current: string; readonly next: string }) {
    this.report = report;
    this.machine = machine;
    this.service = new Service(machine);
    this.packages = { current: machine.copy(packages.current), next: machine.copy(packages.next) };
  }

  /** Runs dpkg, which must succeed, and returns its output. */
  dpkg(...parameters: readonly string[]): Promise<string> {
    return this.machine.require("dpkg", ...parameters);
  }

  /** Whether a path exists on the machine. */
  async has(path: string): Promise<boolean> {
    return (await this.machine.run("test", "-e", path)).code === 0;
  }
}

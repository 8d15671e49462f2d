import { closeSync, openSync, readFileSync } from "node:fs";

/** The maximum number of descriptors that this process may open; NaN if the system does not tell. */
export function descriptorLimit(): number {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? NaN);
  } catch {
    return NaN;
  }
}

/** The lowest number that no open descriptor has; at least that many are open. Infinity if no descriptor is free. */
export function lowestFreeDescriptor(): number {
  try {
    const descriptor = openSync("/dev/null", "r");
    closeSync(descriptor);
    return descriptor;
  } catch {
    return Infinity;
  }
}

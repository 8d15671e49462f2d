import { closeSync, openSync, readFileSync } from "node:fs";

/** How many descriptors this process may have open; NaN where the system does not tell. */
export function descriptorLimit(): number {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? NaN);
  } catch {
    return NaN;
  }
}

/** The lowest number that no descriptor has: at least so many are open. Infinity where there is none left. */
export function lowestFreeDescriptor(): number {
  try {
    const descriptor = openSync("/dev/null", "r");
    closeSync(descriptor);
    return descriptor;
  } catch {
    return Infinity;
  }
}

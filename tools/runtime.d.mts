/** A package of the runtime in `runtime-pins.json`. */
export interface Pin {
  /** The SHA-512 of the tarball, as package-lock.json has it. */
  readonly tarball: string;
  /** The path of the executable in the package. */
  readonly file: string;
  readonly sha256: string;
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc?: readonly string[];
}

/** The content of `runtime-pins.json`. */
export interface Pins {
  readonly version: string;
  readonly packages: Readonly<Record<string, Pin>>;
}

/** How a caller finds packages, and what it says about a missing one. */
export interface Places {
  readonly locate: (name: string, file: string) => string | undefined;
  readonly advice: string;
}

/** The runtime cannot be used. */
export class RuntimeError extends Error {}

/** Reads the pins of a project. */
export function readPins(root: string): Pins;

/** Returns the installed package of the runtime for a machine, and the path of its executable. */
export function runtimeFor(
  pins: Pins,
  places: Places,
  machine?: { readonly platform: string; readonly arch: string },
): { readonly name: string; readonly path: string };

import { targets, type Target } from "../build/targets.ts";

/** A kind of machine that the image is for. */
export interface Platform {
  /** The name that OCI and Debian have for the processor. */
  readonly architecture: "amd64" | "arm64";
  readonly variant?: string;
  /** The executable for it. */
  readonly target: Target;
  /** The folder of the libraries in Debian's packages and in the image. */
  readonly libraries: string;
  /** The file of the dynamic linker. */
  readonly linker: string;
  /** The path at which executables look for the dynamic linker, and what this symbolic link leads to. */
  readonly linkerLink: { readonly path: string; readonly target: string };
}

/** The architecture of the images that this machine runs. On macOS, Docker runs them in a virtual machine of the same kind. */
export const nativeArchitecture: Platform["architecture"] = process.arch === "arm64" ? "arm64" : "amd64";

/** All kinds of machines that the image is for. */
export const platforms: readonly Platform[] = [
  {
    architecture: "amd64",
    target: targets["linux-x64"]!,
    libraries: "lib/x86_64-linux-gnu",
    linker: "ld-linux-x86-64.so.2",
    linkerLink: { path: "lib64/ld-linux-x86-64.so.2", target: "../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" },
  },
  {
    architecture: "arm64",
    variant: "v8",
    target: targets["linux-arm64"]!,
    libraries: "lib/aarch64-linux-gnu",
    linker: "ld-linux-aarch64.so.1",
    linkerLink: { path: "lib/ld-linux-aarch64.so.1", target: "aarch64-linux-gnu/ld-linux-aarch64.so.1" },
  },
];

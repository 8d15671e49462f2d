/** The file of a package that `unpackRuntime` gets. */
export interface PackagedFile {
  readonly name: string;
  readonly version: string;
  /** The SHA-512 of the tarball, as package-lock.json has it. */
  readonly integrity: string;
  /** The path of the file in the package. */
  readonly file: string;
}

/** Downloads and verifies the tarball of a package, and unpacks one file of it. Returns the path of the file. */
export function unpackRuntime(packaged: PackagedFile, folder: string): string;

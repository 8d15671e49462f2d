/**
 * Returns the Debian version of a version of Lading. `1.0.0-rc.1` becomes `1.0.0~rc.1`: Debian sorts `~` before the end,
 * so that the pre-release is older than 1.0.0.
 */
export function debianVersion(version: string): string {
  return version.replace("-", "~");
}

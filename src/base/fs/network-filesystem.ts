import { statfsSync } from "node:fs";

/** Names of the Linux filesystem types (`statfs(2)`) that are, or may be, on other machines. */
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x69_69, "NFS"],
  [0xff_53_4d_42, "CIFS"],
  [0xfe_53_4d_42, "SMB"],
  [0x51_7b, "SMB"],
  [0x00_c3_64_00, "Ceph"],
  [0x53_46_41_4f, "AFS"],
  [0x01_02_19_97, "9P"],
  [0x0b_d0_0b_d0, "Lustre"],
  [0x01_16_19_70, "GFS2"],
  [0x74_61_63_6f, "OCFS2"],
  [0x65_73_55_46, "FUSE"],
]);

/** The name of a path's network filesystem; undefined if it is on no network filesystem that the system knows. */
export function networkFilesystemOf(path: string, typeOf = systemTypeOf): string | undefined {
  const type = typeOf(path);
  // The system may return the number with a sign.
  return type === undefined ? undefined : networkTypes.get(type >>> 0);
}

function systemTypeOf(path: string): number | undefined {
  // On other systems the numbers have other meanings.
  if (process.platform !== "linux") return undefined;
  try {
    return statfsSync(path).type;
  } catch {
    return undefined;
  }
}

import { expect, test } from "bun:test";
import { filesOf } from "./files.ts";
import { Packages } from "./packages.ts";
import { platforms } from "./platforms.ts";

/** Packages whose files contain their names. */
class NamedFiles extends Packages {
  override read(name: string, path: string): Buffer {
    return Buffer.from(`${name}/${path}`);
  }
}

const [amd64, arm64] = platforms.map((platform) => {
  const packages = new NamedFiles(platform.architecture, "");
  const files = filesOf({ platform, packages, lading: Buffer.from("program"), sbom: "{}" });
  return new Map(files.map((file) => [file.path, file]));
}) as [Map<string, ReturnType<typeof filesOf>[number]>, Map<string, ReturnType<typeof filesOf>[number]>];

test("only /data belongs to the user of the image", () => {
  const owned = [...amd64.values()].filter(({ owner }) => owner !== undefined);
  expect(owned).toEqual([{ path: "data/", owner: 65_532, mode: 0o700 }]);
  expect(amd64.get("etc/passwd")!.bytes!.toString()).toContain("\nlading:x:65532:65532:");
});

test("the dynamic linker is at the path that executables name, on each kind of machine", () => {
  expect(amd64.get("lib64/ld-linux-x86-64.so.2")!.target).toBe("../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
  expect(amd64.has("lib/x86_64-linux-gnu/ld-linux-x86-64.so.2")).toBe(true);
  expect(arm64.get("lib/ld-linux-aarch64.so.1")!.target).toBe("aarch64-linux-gnu/ld-linux-aarch64.so.1");
  expect(arm64.has("lib/aarch64-linux-gnu/ld-linux-aarch64.so.1")).toBe(true);
});

test("everything in the image has its licence, and each library its description for scanners", () => {
  const documented = [...amd64.keys()].filter((path) => path.endsWith("/copyright"));
  expect(documented.map((path) => path.split("/")[3])).toEqual([
    "bun",
    "ca-certificates",
    "lading",
    "libc6",
    "libgcc-s1",
  ]);
  expect(amd64.get("var/lib/dpkg/status.d/libc6")!.bytes!.toString()).toBe("libc6/DEBIAN/control");
});

test("the certificates are complete", () => {
  const text = amd64.get("etc/ssl/certs/ca-certificates.crt")!.bytes!.toString();
  const begins = text.match(/^-----BEGIN CERTIFICATE-----$/gm)!.length;
  expect(begins).toBeGreaterThan(100);
  expect(text.match(/^-----END CERTIFICATE-----$/gm)).toHaveLength(begins);
});

/**
 * Checks that the runtime is the pinned one: its tarball in package-lock.json, and the SHA-256 of the installed executable.
 * This is plain Node, because it runs before the runtime is installed.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { pinsFile, RuntimeError } from "./runtime.mjs";

/**
 * Refuses a lock file whose version or tarball of the runtime differs from the pins. npm silently omits an optional
 * package whose tarball has a wrong checksum, so this check detects a changed checksum.
 */
export function checkLock(lock, pins) {
  const locked = Object.entries(lock.packages).filter(([path]) => path.startsWith("node_modules/@oven/"));
  const names = new Set([...locked.map(([path]) => nameOf(path)), ...Object.keys(pins.packages)]);
  for (const name of names) {
    const entry = lock.packages[`node_modules/${name}`];
    const pin = pins.packages[name];
    if (entry?.version === pins.version && entry.integrity !== undefined && entry.integrity === pin?.tarball) continue;
    throw new RuntimeError(
      `package-lock.json and ${pinsFile} disagree about ${name}: ${said(entry?.version, entry?.integrity)} there, ` +
        `${said(pin && pins.version, pin?.tarball)} here; restore both from the repository, ` +
        "or run 'npm run pin-runtime' after a wanted update",
    );
  }
}

function said(version, integrity) {
  return version === undefined ? "nothing" : `version ${version} with ${integrity ?? "no checksum"}`;
}

function nameOf(path) {
  return path.slice("node_modules/".length);
}

/**
 * Refuses an executable whose SHA-256 differs from its pin. Hashing 100 MB takes a tenth of a second, so the result is
 * stored with the file's metadata, and returned. A file that is changed later has another change time, which no program
 * can set. A user who can write to `node_modules` could change the stored result too, but could as well change this
 * program.
 */
export function verifyRuntime(root, { name, path }, pins, remembered) {
  const file = join(root, path);
  const { size, ino, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
  const expected = pins.packages[name].sha256;
  const facts = [path, expected, size, ino, mtimeNs, ctimeNs].join(" ");
  if (facts === remembered) return facts;
  const found = sha256Of(file);
  if (found === expected) return facts;
  throw new RuntimeError(
    `${path} is not the runtime that ${pinsFile} names, and is not started: its SHA-256 is ${found}, not ${expected}. ` +
      "Remove node_modules and start again; if that does not help, the package registry gives something else than it did",
  );
}

/** The SHA-256 of a file in hexadecimal digits. */
export function sha256Of(file) {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(1024 * 1024);
  const descriptor = openSync(file, "r");
  try {
    for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) {
      hash.update(buffer.subarray(0, read));
    }
  } finally {
    closeSync(descriptor);
  }
  return hash.digest("hex");
}

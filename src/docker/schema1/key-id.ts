import { createHash, type KeyObject } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const keyIdBytes = 30;

/**
 * Returns libtrust's name for a public key: the first 30 bytes of the SHA-256 of its SubjectPublicKeyInfo in DER, in
 * base32, in twelve groups of four letters (protocol sheet 5.3; libtrust util.go). For a private key, it uses the
 * public half.
 */
export function keyIdOf(key: KeyObject): string {
  const hash = createHash("sha256")
    .update(key.export({ format: "der", type: "spki" }))
    .digest();
  return base32(hash.subarray(0, keyIdBytes)).match(/.{4}/g)!.join(":");
}

/** Only for whole groups of five bytes, so that no padding is needed. */
function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let buffer = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(buffer >> (bits - 5)) & 31];
  }
  return text;
}

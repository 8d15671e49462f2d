/** Helpers and content for the contract tests of a storage driver. */
import { digestOf, type Digest } from "../../oci/digest.ts";
import type { StorageDriver } from "../driver.ts";

/** A driver under test, with the way to remove what it stored. */
export interface OpenedDriver {
  /** The driver. Its storage is empty. */
  readonly driver: StorageDriver;
  /** Removes everything that was stored. */
  dispose(): Promise<void>;
}

/** A driver whose storage outlives its process. */
export interface LastingDriver extends OpenedDriver {
  /** Opens the same storage again, as a restarted process does. */
  reopen(): Promise<StorageDriver>;
}

/** Returns the driver of the test that runs now. */
export type CurrentDriver = () => StorageDriver;

/** Bytes of a mebibyte. */
export const MiB = 1024 * 1024;

/** Returns the id of a new upload session. */
export function newSession(): string {
  return crypto.randomUUID();
}

/** Encodes a text in UTF-8. */
export function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

const someDigest = digestOf(bytes("some content"));

/** Returns bytes that differ from position to position, so that a test sees lost or exchanged bytes. */
export function pattern(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map((_, at) => (at * 31 + (at >> 8)) % 251);
}

/** Stores `content` durably in an upload session, without a commit. */
export async function keepUpload(driver: StorageDriver, id: string, content: Uint8Array): Promise<void> {
  const writer = await driver.openUpload(id, 0);
  await writer.write(content);
  await writer.sync();
  await writer.close();
}

/** Uploads `content` in one session and commits it. Returns the key of the object. */
export async function commitUpload(
  driver: StorageDriver,
  id: string,
  content: Uint8Array,
  digest: Digest = digestOf(content),
): Promise<string> {
  const writer = await driver.openUpload(id, 0);
  await writer.write(content);
  const key = await writer.commit(digest);
  await writer.close();
  return key;
}

/** Continues an upload session at `offset` with `rest`, and commits it. Returns the key of the object. */
export async function commitAt(driver: StorageDriver, id: string, offset: number, rest: string): Promise<string> {
  const writer = await driver.openUpload(id, offset);
  await writer.write(bytes(rest));
  const key = await writer.commit(someDigest);
  await writer.close();
  return key;
}

/** Replaces an object with the bytes of a new upload session. Returns the id of the session. */
export async function replaceObject(driver: StorageDriver, key: string, content: Uint8Array): Promise<string> {
  const id = newSession();
  const writer = await driver.openUpload(id, 0);
  await writer.write(content);
  await writer.replace(key);
  await writer.close();
  return id;
}

/** Reads all bytes of an object; undefined if it is missing. */
export async function readObject(driver: StorageDriver, key: string): Promise<Uint8Array | undefined> {
  return (await driver.open(key))?.bytes();
}

/** Reads the first `length` bytes of an upload session. */
export async function readUpload(driver: StorageDriver, id: string, length: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  // A driver may use the same buffer for every chunk.
  for await (const chunk of driver.readUpload(id, length)) chunks.push(chunk.slice());
  return new Uint8Array(Buffer.concat(chunks));
}

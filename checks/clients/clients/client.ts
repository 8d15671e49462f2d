// The interface of a client, and of the clients that handle images, so that each case is written once for all of
// them.
import type { CommandOutput } from "../command.ts";
import type { Endpoint } from "../endpoint.ts";
import type { ImageInputs, ImageSource } from "../images.ts";
import type { PulledImage } from "../layout.ts";
import type { Workplace } from "../workplace.ts";

/** The parameters of every client. */
export interface Surroundings {
  readonly place: Workplace;
  readonly inputs: ImageInputs;
  readonly endpoint: Endpoint;
}

export interface Program {
  readonly name: string;
  /** Starts the program's own daemon, if it has one. Returns the version that the program reports. */
  start(): Promise<string>;
  stop(): Promise<void>;
}

/** A program that makes, pushes and pulls images. */
export interface Client extends Program {
  /** Builds or copies the image under the source's name, without any registry. */
  load(source: ImageSource): Promise<void>;
  /** Pushes a loaded image; gives the manifest digest that the client reports. */
  push(imageName: string, reference: string): Promise<string>;
  /** Pulls the image and returns the client's content, read from the client and not from the registry. */
  pull(reference: string, architecture?: string): Promise<PulledImage>;
  /** Drops every image, so that the next pull has to fetch everything. */
  forget(): Promise<void>;
}

/** A client that copies images out of a layout byte for byte. */
export interface LayoutClient extends Client {
  /** Pushes the image that has the tag in the layout; by default, the tag of the layouts that the cases write. */
  pushLayout(folder: string, reference: string, tag?: string): Promise<string>;
}

export function copiesLayouts(program: Program): program is LayoutClient {
  return "pushLayout" in program;
}

export interface ClientKind {
  readonly name: string;
  readonly programs: readonly string[];
  /** The reason why this kind needs root, if it does. */
  readonly rootReason: string | undefined;
  create(around: Surroundings): Program;
}

export function handlesImages(program: Program): program is Client {
  return "pull" in program;
}

/** The first version number in the output of a program. */
export function versionIn({ stdout }: CommandOutput): string {
  return /v?\d+\.\d+(\.\d+)?[-+~.\w]*/.exec(stdout)?.[0] ?? stdout.trim();
}

const DIGEST = /sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}/g;

/** The last digest in a client's output. */
export function digestIn(output: string): string {
  const found = output.match(DIGEST)?.at(-1);
  if (found === undefined) throw new Error(`no digest in: ${output.slice(-500)}`);
  return found;
}

/** The part of a reference before the tag or digest. */
export function repositoryOf(reference: string): string {
  const withoutDigest = reference.split("@")[0] ?? reference;
  const colon = withoutDigest.lastIndexOf(":");
  return colon > withoutDigest.lastIndexOf("/") ? withoutDigest.slice(0, colon) : withoutDigest;
}

import { textOf } from "../../base/log.ts";
import type { Colour, Paint } from "../../base/paint.ts";
import { KiB } from "../../base/units.ts";
import type { RequestEvent } from "./request-event.ts";

/** Returns a request as a short text line for a person at a terminal. */
export function lineOf(event: RequestEvent, paint: Paint): string {
  const { method, status = 0, durationMs = 0, remote, userAgent, failure, error, breach } = event;
  const words = [
    paint("bold", textOf(method).padEnd(6)),
    paint(colourOf(status), String(status)),
    textOf(subjectOf(event)),
    ...bytesOf(event),
    durationOf(durationMs),
    paint("dim", `${remote ?? "-"} ${productOf(userAgent)}`.trimEnd()),
  ];
  const reasons = [failure, error, breach].filter((reason) => reason !== undefined).map(textOf);
  return reasons.length === 0 ? words.join(" ") : `${words.join(" ")} ${paint(colourOf(status), reasons.join(" "))}`;
}

/**
 * The repository with its tag or the beginning of the digest. Requests without a reference have their path, with the
 * beginning of the upload session's id.
 */
function subjectOf({ repository, reference, path }: RequestEvent): string {
  if (repository === undefined || reference === undefined) return path.replace(sessionId, "$1");
  return reference.includes(":")
    ? `${repository}@${reference.slice(0, reference.indexOf(":") + 1 + digestCharacters)}`
    : `${repository}:${reference}`;
}

const sessionId = /\b([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/;

/** As many characters of a hash as Docker shows. */
const digestCharacters = 12;

function bytesOf({ receivedBytes = 0, sentBytes = 0 }: RequestEvent): string[] {
  return [
    ...(receivedBytes > 0 ? [`in ${sizeOf(receivedBytes)}`] : []),
    ...(sentBytes > 0 ? [`out ${sizeOf(sentBytes)}`] : []),
  ];
}

/** A size with the largest unit of which it has at least one. */
function sizeOf(bytes: number): string {
  if (bytes < KiB) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), units.length);
  return `${(bytes / KiB ** power).toFixed(1)} ${units[power - 1]}`;
}

const units = ["KiB", "MiB", "GiB", "TiB"];

function durationOf(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** The first product of a user agent, such as `docker/27.3.1`. Docker's has ten more words. */
function productOf(userAgent = ""): string {
  const product = userAgent.split(" ", 1)[0]!;
  return product === "" ? "" : textOf(product);
}

function colourOf(status: number): Colour {
  if (status >= 500 || status === 0) return "red";
  if (status >= 400) return "yellow";
  return status >= 300 ? "cyan" : "green";
}

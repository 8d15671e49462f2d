import { rows } from "../../src/api/table.ts";
import { commonHeaders } from "../../src/api/headers.ts";
import { catalogue, type CatalogueEntry } from "../../src/oci/errors.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { SignatureError } from "../../src/docker/schema1/signature-error.ts";
import { openSigned } from "../../src/docker/schema1/signed.ts";
import type { Message } from "./message.ts";
import { valueOf, type Next, type Reply } from "./wire.ts";

/** The faults in a response; empty if it is correct. */
export function judge(message: Message, next: Next): string[] {
  const { leeway } = message;
  if (next === "garbled") return ["what came back is no reply"];
  if (next === "closed") return leeway === "registry" ? ["the connection was closed without a reply"] : [];
  if (next === "silent") return leeway === "registry" ? ["there was no reply"] : [];
  if (!isOurs(next)) return leeway === "registry" ? [`the parser refused it with ${next.status}`] : judgeRefusal(next);
  return [...judgeStatus(message, next), ...judgeHeaders(next), ...judgeBody(message, next)];
}

/** Whether the registry itself answered. Refusals of the HTTP server do not have the V2 header. */
export function isOurs(reply: Reply): boolean {
  return valueOf(reply, "docker-distribution-api-version") !== undefined;
}

export function isClosing(reply: Reply): boolean {
  return valueOf(reply, "connection")?.toLowerCase() === "close";
}

/** 505 is the parser's answer to an invalid request line. */
const refusals = new Set([400, 413, 414, 431, 505]);

function judgeRefusal(reply: Reply): string[] {
  const complaints = judgeHeaders(reply);
  if (!refusals.has(reply.status)) complaints.push(`the parser answered ${reply.status}`);
  if (!isClosing(reply)) complaints.push(`the parser refused with ${reply.status} and did not say that it closes`);
  return complaints;
}

const successes = rows.flatMap((row) => Object.values(row.successes));
const statuses = new Set([
  // A path that begins with two slashes.
  308,
  ...successes.map(({ status }) => status),
  ...Object.values(catalogue).map(({ status }) => status),
]);

function judgeStatus({ never = [] }: Message, { status }: Reply): string[] {
  if (status >= 500) return [`${status}`];
  if (!statuses.has(status)) return [`no row answers ${status}`];
  return never.includes(status) ? [`${status} is a lie here`] : [];
}

/** The headers that a row, a failure or the HTTP server may send. */
const announced = new Set(
  [
    ...successes.flatMap(({ headers }) => headers),
    ...successes.flatMap(({ optionalHeaders = [] }) => optionalHeaders),
    ...Object.values(catalogue).flatMap(({ headers = [] }: CatalogueEntry) => headers),
    ...Object.keys(commonHeaders),
    "Content-Type",
    "Content-Length",
    "Date",
    "Connection",
  ].map((name) => name.toLowerCase()),
);

function judgeHeaders({ headers }: Reply): string[] {
  const names = headers.map(([name]) => name.toLowerCase());
  const strange = names.filter((name) => !announced.has(name));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const odd = headers.filter(([, value]) => !/^[\x20-\x7e]*$/.test(value)).map(([name]) => name);
  const away = headers.filter(([name, value]) => /^location$/i.test(name) && !value.startsWith("/v2/"));
  return [
    ...strange.map((name) => `the header ${JSON.stringify(name)} was not announced`),
    ...twice.map((name) => `the header ${name} occurs twice`),
    ...odd.map((name) => `the header ${name} contains more than printable ASCII`),
    ...away.map(([, value]) => `the Location leads to ${value}`),
  ];
}

function judgeBody({ method }: Message, reply: Reply): string[] {
  if (method === "HEAD") return [];
  if (reply.status >= 400) return judgeEnvelope(reply);
  const digest = valueOf(reply, "docker-content-digest");
  if (method !== "GET" || reply.status !== 200 || digest === undefined) return [];
  const algorithm = digest.startsWith("sha512:") ? "sha512" : "sha256";
  const isSigned = valueOf(reply, "content-type") === mediaTypes.dockerSchema1Signed;
  const named = isSigned ? signedBytes(reply.body) : reply.body;
  if (!named) return ["a signature of the manifest is not valid"];
  return digestOf(named, algorithm) === digest ? [] : ["the bytes do not have the digest that the reply names"];
}

/** The bytes that the digest of a signed manifest covers. */
function signedBytes(document: Uint8Array): Uint8Array | undefined {
  try {
    return openSigned(document).payload;
  } catch (error) {
    if (error instanceof SignatureError) return undefined;
    throw error;
  }
}

/** The codes include those of 2014, which the rows of 2014 still use. */
const codes = new Set<unknown>(
  Object.values(catalogue).flatMap(({ code, codeIn2014 }: CatalogueEntry) => [code, codeIn2014 ?? code]),
);

/** The error body of the specification ("Error Codes"). */
function judgeEnvelope({ body, ...reply }: Reply): string[] {
  if (valueOf(reply, "content-type") !== "application/json") return ["the error is not sent as JSON"];
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch {
    return ["the error is not JSON"];
  }
  const { errors } = parsed as { errors?: unknown };
  if (!Array.isArray(errors) || errors.length === 0) return ["the error is not in the envelope"];
  const items = errors as readonly { code?: unknown; message?: unknown }[];
  const strange = items.filter(({ code }) => !codes.has(code)).map(({ code }) => `there is no code ${String(code)}`);
  const worded = items.every(({ message }) => typeof message === "string" && message !== "");
  return worded ? strange : [...strange, "an error has no message"];
}

import { describe, expect, test } from "bun:test";
import { judge } from "./judge.ts";
import { compose, draftOf, type Leeway } from "./message.ts";
import { parseReply, type Next, type Reply } from "./wire.ts";

const asked = compose(draftOf("GET", "/v2/"));
const withLeeway = (leeway: Leeway) => ({ ...asked, leeway });

/** A reply as it arrives over the wire, with the V2 header lines by default. */
function reply(status: number, lines: readonly string[] = [], body = "", method = "GET"): Reply {
  const ours = lines.some((line) => /^Docker-Distribution/i.test(line))
    ? []
    : ["Docker-Distribution-Api-Version: registry/2.0"];
  const head = [`HTTP/1.1 ${status} Text`, ...ours, ...lines, `Content-Length: ${body.length}`].join("\r\n");
  const parsed = parseReply(Buffer.from(`${head}\r\n\r\n${body}`), method);
  if (parsed === undefined || parsed === "garbled") throw new Error("that was no reply");
  return parsed.reply;
}

const envelope = (code: string, message = "wrong") => JSON.stringify({ errors: [{ code, message }] });
const json = ["Content-Type: application/json"];

test("a reply that the table declares is accepted", () => {
  expect(judge(asked, reply(200, json, "{}"))).toEqual([]);
  expect(judge(asked, reply(404, json, envelope("NAME_UNKNOWN")))).toEqual([]);
  expect(judge(asked, reply(202, ["Location: /v2/a/blobs/uploads/x", "Range: 0-0", "Docker-Upload-UUID: x"]))).toEqual(
    [],
  );
  expect(judge({ ...asked, method: "HEAD" }, reply(404, json, "", "HEAD"))).toEqual([]);
});

describe("a fault is found:", () => {
  const wrong: Readonly<Record<string, Next>> = {
    "a failure inside": reply(500, json, envelope("UNKNOWN")),
    "a registry that cannot write": reply(503, json, envelope("UNAVAILABLE")),
    "a status of no row": reply(302, ["Location: /v2/"]),
    "an undeclared header": reply(200, ["Set-Cookie: a=b"]),
    "a header twice": reply(200, ["Docker-Content-Digest: a", "docker-content-digest: b"]),
    "a header with a control character": reply(200, ["Link: a\x01b"]),
    "a header with more than ASCII": reply(200, ["Link: a\xe9b"]),
    "a Location elsewhere": reply(202, ["Location: //evil.example/"]),
    "an error that is not JSON": reply(400, json, "no"),
    "an error of another type": reply(400, ["Content-Type: text/plain"], envelope("NAME_INVALID")),
    "an error without the envelope": reply(400, json, "{}"),
    "an envelope of nothing": reply(400, json, '{"errors":[]}'),
    "a code of our own making": reply(400, json, envelope("MANIFEST_SAD")),
    "an error without a message": reply(400, json, envelope("NAME_INVALID", "")),
    "bytes of another digest": reply(200, [`Docker-Content-Digest: sha256:${"0".repeat(64)}`], "bytes"),
    "the parser's refusal": refusal(400, ["Connection: close"]),
    "no reply": "closed",
    silence: "silent",
    "something else": "garbled",
  };
  for (const [what, next] of Object.entries(wrong)) {
    test(what, () => {
      expect(judge(asked, next)).not.toEqual([]);
    });
  }

  test("a wrong status is found", () => {
    expect(judge({ ...asked, never: [201] }, reply(201))).toEqual(["201 is a lie here"]);
    expect(judge({ ...asked, never: [201] }, reply(202))).toEqual([]);
  });
});

/** A refusal of the HTTP server, which does not have the V2 header. */
function refusal(status: number, lines: readonly string[]): Reply {
  const parsed = parseReply(Buffer.from([`HTTP/1.1 ${status} Text`, ...lines, "", ""].join("\r\n")), "GET");
  if (parsed === undefined || parsed === "garbled") throw new Error("that was no reply");
  return parsed.reply;
}

describe("a request that the parser may refuse", () => {
  test("may be refused with a closed connection, stay unanswered, or be closed without a reply", () => {
    for (const next of [
      refusal(400, ["Connection: close"]),
      refusal(505, ["Connection: close"]),
      "closed",
      "silent",
    ] as const) {
      expect(judge(withLeeway("parser"), next)).toEqual([]);
    }
  });

  test("may not keep the connection open, fail, or get something that is not a reply", () => {
    for (const next of [refusal(400, []), refusal(500, ["Connection: close"]), "garbled"] as const) {
      expect(judge(withLeeway("parser"), next)).not.toEqual([]);
    }
  });

  test("is compared with the table if the registry answers it", () => {
    expect(judge(withLeeway("parser"), reply(500, json, envelope("UNKNOWN")))).toEqual(["500"]);
  });
});

/** A speaker against servers that behave wrongly. It must detect each of them. */
import { describe, expect, test } from "bun:test";
import { compose, draftOf, type Message } from "./message.ts";
import { hiddenName, hidingMessages } from "./smuggling.ts";
import { Speaker, type Finding } from "./speaker.ts";

const ours = "Docker-Distribution-Api-Version: registry/2.0\r\nContent-Type: application/json\r\n";

function notFound(name: string): string {
  const body = JSON.stringify({ errors: [{ code: "NAME_UNKNOWN", message: "no", detail: { name } }] });
  return `HTTP/1.1 404 Not Found\r\n${ours}Content-Length: ${body.length}\r\n\r\n${body}`;
}

const ok = `HTTP/1.1 200 OK\r\n${ours}Content-Length: 2\r\n\r\n{}`;

/** Answers each sentinel correctly, and everything else with `other`. */
async function against(other: string, say: (speaker: Speaker) => Promise<Finding[]>): Promise<string[]> {
  const answer = (sentinel: string | undefined) => (sentinel === undefined ? other : notFound(sentinel));
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, bytes) {
        const requests = bytes.toString("latin1").split(/(?=(?:GET|HEAD) \/v2\/(?:sentinel| HTTP))/);
        socket.write(
          requests
            .map((text) => /\/v2\/(sentinel\/\d+)\//.exec(text)?.[1])
            .map(answer)
            .join(""),
        );
      },
    },
  });
  const speaker = new Speaker(server.port, () => undefined);
  try {
    return (await say(speaker)).flatMap(({ complaints }) => complaints);
  } finally {
    speaker.end();
    server.stop(true);
  }
}

function* talk(...messages: readonly Message[]) {
  for (const message of messages) yield [message];
}

function* atOnce(...messages: readonly Message[]) {
  yield messages;
}

const get = compose(draftOf("GET", "/v2/"));

describe("a server that", () => {
  test("answers each request once is accepted, one by one and together", async () => {
    expect(await against(ok, (speaker) => speaker.speak(talk(get, get, get)))).toEqual([]);
    expect(await against(ok, (speaker) => speaker.speak(atOnce(get, get, get)))).toEqual([]);
  });

  test("answers twice is detected, one by one and together", async () => {
    expect(await against(ok + ok, (speaker) => speaker.speak(talk(get)))).not.toEqual([]);
    expect(await against(ok + ok, (speaker) => speaker.speak(atOnce(get, get)))).not.toEqual([]);
  });

  test("leaves out a reply is detected", async () => {
    expect(await against("", (speaker) => speaker.speak(atOnce(get, get)))).not.toEqual([]);
  });

  test("sends a body in reply to HEAD is detected", async () => {
    const head = compose(draftOf("HEAD", "/v2/"));
    expect(await against(ok, (speaker) => speaker.speak(talk(head)))).not.toEqual([]);
  });

  test("answers a hidden request is detected", async () => {
    const [hiding] = hidingMessages;
    expect(await against(ok + notFound(hiddenName), (speaker) => speaker.speak(talk(hiding!)))).toContain(
      "the request that was hidden in it was answered",
    );
    expect(await against(ok, (speaker) => speaker.speak(talk(hiding!)))).toEqual([]);
  });
});

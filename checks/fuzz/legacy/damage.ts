/** Ways to damage bytes without knowledge of their meaning. */
import type { Random } from "../../crash/random.ts";

const punctuation = ["{", "}", "[", "]", '"', ",", ":", "\\", "\\u0000", "\n", " ", "\0", "=", "-", "_", "."];
const words = ["null", "true", "1e9", "-1", "9223372036854775808", '"a":1,', '"signatures":[],', "[[[[[[[[", "\ufeff"];
const tokens = [...punctuation, ...words].map((token) => Buffer.from(token));

/** In one to four places. */
export function damage(random: Random, original: Uint8Array): Buffer {
  let bytes: Buffer = Buffer.from(original);
  for (let left = random.between(1, 4); left > 0; left -= 1) bytes = once(random, bytes);
  return bytes;
}

function once(random: Random, bytes: Buffer): Buffer {
  const at = random.between(0, bytes.length);
  const end = Math.min(bytes.length, at + random.between(1, random.chance(0.2) ? 600 : 8));
  const [before, span, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
  switch (random.between(0, 7)) {
    case 0:
      return Buffer.concat([before, span.map((byte) => byte ^ (1 << random.between(0, 7))), after]);
    case 1:
      return Buffer.concat([before, after]);
    case 2:
      return Buffer.concat([before, span, span, after]);
    case 3:
      return Buffer.concat([before, span.toReversed(), after]);
    case 4:
      return Buffer.concat([before, span.map(() => random.between(0, 255)), after]);
    case 5:
      return random.chance(0.2) ? before : Buffer.concat([before, after, span]);
    default:
      return Buffer.concat([before, random.pick(tokens)!, random.chance(0.5) ? span : Buffer.alloc(0), after]);
  }
}

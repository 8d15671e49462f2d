import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { algorithmOf, algorithms, digestOf, Digester, encodedOf, parseAlgorithm, parseDigest } from "./digest.ts";

const lowerHexadecimal = "0123456789abcdef";
const lowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";

function textOf(characters: string, length: { minLength: number; maxLength: number }): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...Array.from(characters)), ...length });
}

function hexadecimal(length: number): fc.Arbitrary<string> {
  return textOf(lowerHexadecimal, { minLength: length, maxLength: length });
}

const registered = fc.constantFrom(...(Object.keys(algorithms) as (keyof typeof algorithms)[]));
const registeredDigest = registered.chain((name) => hexadecimal(algorithms[name]).map((hex) => `${name}:${hex}`));

const component = textOf(lowerAlphanumeric, { minLength: 1, maxLength: 8 });
const algorithmName = fc
  .tuple(component, fc.array(fc.tuple(fc.constantFrom("+", ".", "_", "-"), component), { maxLength: 3 }))
  .map(([first, rest]) => first + rest.map(([separator, next]) => separator + next).join(""));
const unregisteredDigest = fc
  .tuple(
    algorithmName.filter((name) => parseAlgorithm(name) === undefined),
    textOf(`${lowerAlphanumeric}ABCDEFGHIJKLMNOPQRSTUVWXYZ=_-`, { minLength: 1, maxLength: 128 }),
  )
  .map(([name, encoded]) => `${name}:${encoded}`);

const hex64 = "a1".repeat(32);
const hex128 = "a1".repeat(64);

describe("the grammar", () => {
  test("DIG-01 accepts sha256 and sha512 of the right length, unchanged, and splits them", () => {
    fc.assert(
      fc.property(registeredDigest, (text) => {
        const digest = parseDigest(text);
        if (!digest) throw new Error("refused");
        expect(String(digest)).toBe(text);
        const [name, encoded] = text.split(":");
        expect(String(algorithmOf(digest))).toBe(String(name));
        expect(encodedOf(digest)).toBe(String(encoded));
      }),
    );
  });

  test("DIG-03 accepts a well-formed digest of any other algorithm, which cannot be verified", () => {
    fc.assert(
      fc.property(unregisteredDigest, (text) => {
        const digest = parseDigest(text);
        if (!digest) throw new Error("refused");
        expect(String(digest)).toBe(text);
        expect(algorithmOf(digest)).toBeUndefined();
        expect(encodedOf(digest)).toBe(text.slice(text.indexOf(":") + 1));
      }),
    );
  });

  test("DIG-02 refuses every other length of a registered algorithm", () => {
    fc.assert(
      fc.property(registered, textOf(lowerHexadecimal, { minLength: 0, maxLength: 200 }), (name, hex) => {
        fc.pre(hex.length !== algorithms[name]);
        expect(parseDigest(`${name}:${hex}`)).toBeUndefined();
      }),
    );
  });

  test("DIG-02 refuses a registered algorithm with a character that is not a lower-case hexadecimal digit", () => {
    const other = fc.constantFrom(...Array.from("ABCDEFGghzGZ=_-"));
    fc.assert(
      fc.property(registeredDigest, other, fc.nat(), (text, character, place) => {
        const colon = text.indexOf(":");
        const at = colon + 1 + (place % (text.length - colon - 1));
        expect(parseDigest(text.slice(0, at) + character + text.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  test("DIG-01 refuses a digest with a character outside of the grammar anywhere in it", () => {
    const outside = fc.constantFrom(...Array.from(" /\\%:@~,;\"'<>?#&\0\t\r\n\u00e4\u0430\ud83d\ude00"));
    fc.assert(
      fc.property(fc.oneof(registeredDigest, unregisteredDigest), outside, fc.nat(), (text, character, place) => {
        const at = place % (text.length + 1);
        expect(parseDigest(text.slice(0, at) + character + text.slice(at))).toBeUndefined();
      }),
    );
  });

  test.each([
    ["nothing", ""],
    ["no colon", `sha256${hex64}`],
    ["no algorithm", `:${hex64}`],
    ["nothing encoded", "sha256:"],
    ["nothing encoded in an unknown algorithm", "md5:"],
    ["two colons", `sha256:${hex64}:`],
    ["a separator first", `+sha256:${hex64}`],
    ["a separator last", `sha256+:${hex64}`],
    ["two separators", `multihash++base58:${hex64}`],
    ["an unknown algorithm in upper case", "MD5:d41d8cd98f00b204e9800998ecf8427e"],
    ["the conformance suite's malformed digest", "sha256:baddigeststring"],
  ])("DIG-01 refuses %s", (_, text) => {
    expect(parseDigest(text)).toBeUndefined();
  });

  test.each([
    ["sha256 with the length of sha512", `sha256:${hex128}`],
    ["sha512 with the length of sha256", `sha512:${hex64}`],
    ["an algorithm in upper case", `SHA256:${hex64}`],
    ["an algorithm in mixed case", `Sha256:${hex64}`],
    ["upper-case hexadecimal digits", `sha256:${hex64.toUpperCase()}`],
  ])("SEC-05 refuses %s", (_, text) => {
    expect(parseDigest(text)).toBeUndefined();
  });

  test("SEC-05 weak algorithms are well formed, but cannot be verified", () => {
    for (const text of [`sha1:${"a1".repeat(20)}`, `md5:${"a1".repeat(16)}`, `sha384:${"a1".repeat(48)}`]) {
      const digest = parseDigest(text);
      if (!digest) throw new Error(`${text} was refused`);
      expect(algorithmOf(digest)).toBeUndefined();
    }
  });

  test.each(["sha256:../../x", "sha256:..", "../../x:aa", "a/b:aa", `sha256:${hex64}/..`, "sha256:%2e%2e", "x:a.b"])(
    "DIG-08 refuses %j, which would be more than one step of a path",
    (text) => {
      expect(parseDigest(text)).toBeUndefined();
    },
  );

  test("LIM-04 accepts 256 characters and no more", () => {
    expect(parseDigest(`other:${"a".repeat(250)}`)).toHaveLength(256);
    expect(parseDigest(`other:${"a".repeat(251)}`)).toBeUndefined();
  });
});

describe("algorithms", () => {
  test("only own names of the table are algorithms", () => {
    expect(parseAlgorithm("sha256")).toBe("sha256");
    expect(parseAlgorithm("sha512")).toBe("sha512");
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty", "", "sha384", "SHA256", "sha256 "]) {
      expect(parseAlgorithm(name)).toBeUndefined();
    }
  });

  test("DIG-03 a digest whose algorithm is named like a property of every object stays unverifiable", () => {
    const digest = parseDigest("constructor:abc");
    if (!digest) throw new Error("refused");
    expect(algorithmOf(digest)).toBeUndefined();
  });
});

describe("computing", () => {
  const emptyContent = {
    sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    sha512:
      "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce" +
      "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
  } as const;
  // The example message "abc" of FIPS 180-4.
  const abc = {
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    sha512:
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  } as const;

  test.each(["sha256", "sha512"] as const)("DIG-10 %s of no bytes and of a known message", (algorithm) => {
    expect(String(digestOf(new Uint8Array(), algorithm))).toBe(`${algorithm}:${emptyContent[algorithm]}`);
    expect(String(new Digester(algorithm).digest())).toBe(`${algorithm}:${emptyContent[algorithm]}`);
    expect(String(digestOf(new TextEncoder().encode("abc"), algorithm))).toBe(`${algorithm}:${abc[algorithm]}`);
  });

  test("sha256 is the default", () => {
    expect(String(digestOf(new Uint8Array()))).toBe(`sha256:${emptyContent.sha256}`);
  });

  test("a computed digest follows the grammar", () => {
    fc.assert(
      fc.property(registered, fc.uint8Array(), (algorithm, bytes) => {
        const digest = digestOf(bytes, algorithm);
        expect(parseDigest(digest)).toBe(digest);
        expect(algorithmOf(digest)).toBe(algorithm);
      }),
    );
  });

  test("the digest of pieces is that of the whole, and a digest in between is that of the bytes so far", () => {
    const pieces = fc.array(fc.record({ bytes: fc.uint8Array({ maxLength: 300 }), ask: fc.boolean() }));
    fc.assert(
      fc.property(registered, pieces, (algorithm, list) => {
        const digester = new Digester(algorithm);
        expect(digester.algorithm).toBe(algorithm);
        const soFar: number[] = [];
        for (const { bytes, ask } of list) {
          digester.update(bytes);
          soFar.push(...bytes);
          if (ask) expect(digester.digest()).toBe(digestOf(Uint8Array.from(soFar), algorithm));
        }
        const whole = digestOf(Uint8Array.from(soFar), algorithm);
        expect(digester.digest()).toBe(whole);
        expect(digester.digest()).toBe(whole);
      }),
    );
  });

  test("a view into a larger buffer is hashed as the view", () => {
    const buffer = new TextEncoder().encode("xxabcxx");
    const digester = new Digester("sha256");
    digester.update(buffer.subarray(2, 5));
    expect(String(digester.digest())).toBe(`sha256:${abc.sha256}`);
    expect(String(digestOf(buffer.subarray(2, 5)))).toBe(`sha256:${abc.sha256}`);
  });
});

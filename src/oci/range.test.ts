import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { ociLimits } from "./limits.ts";
import { formatContentRange, formatUploadRange, parseChunkRange, parseRanges, type Slice } from "./range.ts";

/** Parses a header with a single range. */
function parseRange(header: string, size: number): Slice | "whole" | "unsatisfiable" {
  const ranges = parseRanges(header, size);
  if (typeof ranges === "string") return ranges;
  expect(ranges.length).toBe(1);
  return ranges[0]!;
}

/**
 * The rules of RFC 9110 section 14.1.2, applied to each position: the positions of the content that the range names.
 */
function positionsNamed(size: number, names: (position: number) => boolean): Slice | "unsatisfiable" {
  const named = Array.from({ length: size }, (_, position) => position).filter(names);
  const [start] = named;
  const last = named.at(-1);
  return start === undefined || last === undefined ? "unsatisfiable" : { start, end: last + 1 };
}

const size = fc.nat({ max: 40 });
const position = fc.nat({ max: 60 });

describe("Range of a pull", () => {
  test("BLOB-08 BLOB-09 a first and a last position", () => {
    fc.assert(
      fc.property(size, position, position, (bytes, first, last) => {
        const expected = positionsNamed(bytes, (at) => at >= first && at <= last);
        expect(parseRange(`bytes=${first}-${last}`, bytes)).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  test("BLOB-08 BLOB-09 a first position alone", () => {
    fc.assert(
      fc.property(size, position, (bytes, first) => {
        expect(parseRange(`bytes=${first}-`, bytes)).toEqual(positionsNamed(bytes, (at) => at >= first));
      }),
    );
  });

  test("BLOB-08 BLOB-09 a number of last bytes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), position, (bytes, count) => {
        expect(parseRange(`bytes=-${count}`, bytes)).toEqual(positionsNamed(bytes, (at) => at >= bytes - count));
      }),
    );
  });

  test("BLOB-08 a slice is inside the content and never empty, for any header", () => {
    const header = fc.oneof(
      fc.string(),
      fc
        .string({ unit: fc.constantFrom(...Array.from("0123456789-,= ")), maxLength: 24 })
        .map((text) => `bytes=${text}`),
    );
    fc.assert(
      fc.property(header, size, (text, bytes) => {
        const ranges = parseRanges(text, bytes);
        if (typeof ranges === "string") return;
        let named = 0;
        for (const { start, end } of ranges) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(bytes);
          named += end - start;
        }
        expect(ranges).not.toBeEmpty();
        expect(named).toBeLessThanOrEqual(bytes);
      }),
      { numRuns: 1_000 },
    );
  });

  test("BLOB-08 positions past 4 GiB are exact", () => {
    const bytes = 2 ** 40;
    expect(parseRange("bytes=1099511627775-", bytes)).toEqual({ start: bytes - 1, end: bytes });
    expect(parseRange("bytes=4294967296-4294967296", bytes)).toEqual({ start: 2 ** 32, end: 2 ** 32 + 1 });
  });

  test("BLOB-08 an end of any number of digits is limited to the size, such as the largest 64-bit number", () => {
    expect(parseRange("bytes=5-9223372036854775807", 10)).toEqual({ start: 5, end: 10 });
    expect(parseRange("bytes=-18446744073709551615", 10)).toEqual({ start: 0, end: 10 });
    expect(parseRange(`bytes=0-${"9".repeat(40)}`, 10)).toEqual({ start: 0, end: 10 });
  });

  test("BLOB-09 a first position of any number of digits is refused", () => {
    expect(parseRange("bytes=9223372036854775807-", 10)).toBe("unsatisfiable");
    expect(parseRange("bytes=9223372036854775807-9223372036854775807", 10)).toBe("unsatisfiable");
  });

  test("BLOB-10 positions that a float would round are compared exactly", () => {
    for (const far of ["9007199254740993-9007199254740993", "99999999999999999999-99999999999999999999"]) {
      expect(parseRanges(`bytes=0-1,${far}`, 10)).toEqual([{ start: 0, end: 2 }]);
      expect(parseRanges(`bytes=${far}`, 10)).toBe("unsatisfiable");
    }
    expect(parseRanges("bytes=0-1,9007199254740993-9007199254740992", 10)).toBe("unsatisfiable");
    expect(parseRanges("bytes=0-1,010-9", 20)).toBe("unsatisfiable");
    expect(parseRanges("bytes=0-1,009-10", 20)).toEqual([
      { start: 0, end: 2 },
      { start: 9, end: 11 },
    ]);
  });

  test("BLOB-08 the unit is compared without case and white space around the range is allowed", () => {
    expect(parseRange("Bytes=1-2", 10)).toEqual({ start: 1, end: 3 });
    expect(parseRange("bytes= \t1-2 ", 10)).toEqual({ start: 1, end: 3 });
    expect(parseRange("bytes=001-002", 10)).toEqual({ start: 1, end: 3 });
  });

  test("BLOB-09 a first position after the last one is refused, for the conformance suite", () => {
    expect(parseRange("bytes=500-0", 1_000)).toBe("unsatisfiable");
    expect(parseRange("bytes=3-2", 10)).toBe("unsatisfiable");
  });

  test("BLOB-09 each position of an empty blob is refused; its last bytes are the whole blob", () => {
    for (const header of ["bytes=0-", "bytes=0-0", "bytes=-0"]) expect(parseRange(header, 0)).toBe("unsatisfiable");
    for (const header of ["bytes=-1", "bytes=-5,0-"]) expect(parseRange(header, 0)).toBe("whole");
  });

  test("BLOB-10 several ranges are parts in the requested order, also if they touch or overlap", () => {
    expect(parseRanges("bytes=0-1,3-4", 10)).toEqual([
      { start: 0, end: 2 },
      { start: 3, end: 5 },
    ]);
    expect(parseRanges("bytes=-1, 0-0,2-3 ,4-5", 10)).toEqual([
      { start: 9, end: 10 },
      { start: 0, end: 1 },
      { start: 2, end: 4 },
      { start: 4, end: 6 },
    ]);
    expect(parseRanges("bytes=0-3,2-5", 10)).toEqual([
      { start: 0, end: 4 },
      { start: 2, end: 6 },
    ]);
  });

  test("BLOB-10 ranges after the end are omitted; if none is left, the header is refused", () => {
    expect(parseRanges("bytes=20-,0-1,10-12", 10)).toEqual([{ start: 0, end: 2 }]);
    expect(parseRanges("bytes=20-,10-12", 10)).toBe("unsatisfiable");
    expect(parseRanges("bytes=0-1,5-2", 10)).toBe("unsatisfiable");
  });

  test("BLOB-10 empty elements of the list are ignored", () => {
    expect(parseRanges("bytes=, 0-1,,\t,3-4, ", 10)).toEqual(parseRanges("bytes=0-1,3-4", 10));
    expect(parseRanges("bytes=,,", 10)).toBe("whole");
    expect(parseRanges(`bytes=${",".repeat(60_000)}0-1`, 10)).toBe("whole");
  });

  test("BLOB-10 one invalid range makes the whole header invalid", () => {
    for (const ranges of ["0-1,x", "0-1,-", "0-1,2", "0-1;3-4", "0-1,3 -4", "0-1 3-4"]) {
      expect([ranges, parseRanges(`bytes=${ranges}`, 10)]).toEqual([ranges, "whole"]);
    }
  });

  test("BLOB-10 LIM-07 if the parts have more bytes than the content, the whole content is sent", () => {
    for (const ranges of ["0-,0-,0-", "0-5,4-9", "-10,0-0", `${"0-,".repeat(1_000)}0-`]) {
      expect([ranges, parseRanges(`bytes=${ranges}`, 10)]).toEqual([ranges, "whole"]);
    }
    expect(parseRanges("bytes=0-4,5-9", 10)).toHaveLength(2);
  });

  test("BLOB-10 LIM-07 up to 1,024 ranges are accepted; with more, the whole content is sent", () => {
    const ranges = Array.from({ length: ociLimits.rangesInRequest }, (_, index) => `${10 * index}-${10 * index + 1}`);
    const most = parseRanges(`bytes=${ranges.join(",")}`, 100_000);
    expect(most).toHaveLength(1_024);
    expect(most[1_023]).toEqual({ start: 10_230, end: 10_232 });
    expect(parseRanges(`bytes=${[...ranges, "99000-99001"].join(",")}`, 100_000)).toBe("whole");
  });

  test.each(["", "bytes", "bytes=", "bytes=-", "bytes 0-1", "items=0-1", "bytes=a-b", "bytes=+1-2", "bytes=1-0x5"])(
    "BLOB-08 a header that is not a range of bytes is ignored: %j",
    (header) => {
      expect(parseRange(header, 10)).toBe("whole");
    },
  );

  test.each(["bytes=--1", "bytes=1.0-2", "bytes=1e0-2", "bytes=1-2-3", "bytes=\u0661-\u0662", "bytes=1-2\n"])(
    "BLOB-08 numbers have only digits: %j",
    (header) => {
      expect(parseRange(header, 10)).toBe("whole");
    },
  );
});

describe("Content-Range", () => {
  test("BLOB-08 of a reply names both ends inclusively and the size", () => {
    expect(formatContentRange({ start: 0, end: 1 }, 1)).toBe("bytes 0-0/1");
    expect(formatContentRange({ start: 5, end: 10 }, 40)).toBe("bytes 5-9/40");
  });

  test("BLOB-08 a request for the Content-Range of a reply returns the same range", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), position, position, (bytes, first, last) => {
        const range = parseRange(`bytes=${first}-${last}`, bytes);
        fc.pre(typeof range !== "string");
        const [, positions] = /^bytes (\d+-\d+)\/\d+$/.exec(formatContentRange(range, bytes)) ?? [];
        expect(parseRange(`bytes=${positions}`, bytes)).toEqual(range);
      }),
    );
  });

  test("UP-22 of a chunk is two inclusive positions without a unit; the form of RFC 9110 is accepted too", () => {
    const large = fc.nat({ max: 2 ** 40 });
    fc.assert(
      fc.property(large, fc.integer({ min: 1, max: 2 ** 40 }), (start, length) => {
        const end = start + length;
        const plain = `${start}-${end - 1}`;
        for (const header of [plain, ` ${plain} `, `bytes ${plain}`, `bytes ${plain}/*`, `${plain}/${end}`]) {
          expect(parseChunkRange(header)).toEqual({ start, end });
        }
        expect(parseChunkRange(formatContentRange({ start, end }, end))).toEqual({ start, end });
      }),
    );
  });

  test.each(["", "0", "-", "0-", "-5", "a-b", "0-5, 0-5", "0-5,6-9", "bytes=0-5", "0 - 5", "+0-5", "0x0-5", "0-5/"])(
    "UP-22 the Content-Range %j of a chunk is refused",
    (header) => {
      expect(parseChunkRange(header)).toBeUndefined();
    },
  );

  test("UP-22 numbers that a float would round are refused", () => {
    expect(parseChunkRange("0-9007199254740993")).toBeUndefined();
    expect(parseChunkRange("0-999999999999999")).toEqual({ start: 0, end: 10 ** 15 });
  });
});

describe("Range of an upload session", () => {
  test("ST-03 of a session without bytes is 0-0, without a unit", () => {
    expect(formatUploadRange(0)).toBe("0-0");
  });

  test("ST-03 ends with the last received byte", () => {
    expect(formatUploadRange(1)).toBe("0-0");
    expect(formatUploadRange(2)).toBe("0-1");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER - 1 }), (offset) => {
        expect(formatUploadRange(offset)).toBe(`0-${offset - 1}`);
      }),
    );
  });
});

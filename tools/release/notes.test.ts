import { expect, test } from "bun:test";
import { checksumFile } from "./checksums.ts";
import { notesOf } from "./notes.ts";

test("the notes have version, date, changes and checksums", () => {
  const checksums = checksumFile([
    { name: "a", sha256: "01" },
    { name: "b", sha256: "02" },
  ]);
  expect(notesOf("1.2.3", { date: "2026-11-30", text: "- A thing." }, checksums)).toBe(
    "# Lading 1.2.3 - 2026-11-30\n\n- A thing.\n\n## Checksums (SHA-256)\n\n```\n01  a\n02  b\n```\n",
  );
});

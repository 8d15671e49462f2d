/** The five texts of 2014 from which Lading started, with their requirements. */
import { rows } from "../../src/api/table.ts";
import { answersTo } from "./answers.ts";
import { entriesOfCode, entriesOfRoute } from "./entries.ts";
import type { Seed } from "./fact.ts";
import { imageLines, layerLines, routeLines, uploadLines } from "./facts/code.ts";
import { codeFacts, routeFacts } from "./facts/descriptors.ts";
import { exceptions } from "./facts/exceptions.ts";

const entries = [...routeFacts.flatMap(entriesOfRoute), ...codeFacts.flatMap(entriesOfCode)];

/** The comparison of the API table with the descriptors. */
export const descriptors = answersTo(entries, exceptions, rows);

export const seeds: readonly Seed[] = [
  { title: "The routes", about: "The first router of V2, November 2014.", lines: routeLines },
  {
    title: "The descriptors",
    about:
      "The routes of December 2014, under the names that they still have, with everything that a request and a reply may contain. An entry names today's API operation. If that differs, the entry names the operation of 2014 or the divergence.",
    lines: descriptors.lines,
  },
  { title: "The layer handler", about: "Reading a layer, November 2014.", lines: layerLines },
  { title: "The layer upload handler", about: "Uploading a layer, November 2014.", lines: uploadLines },
  { title: "The image manifest handler", about: "Image manifests, November 2014.", lines: imageLines },
];

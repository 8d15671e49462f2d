import { about, type Section } from "../clause.ts";

export const conversion: Section = {
  title: "Conversion of schema 1",
  clauses: [
    ...about("Lading", [], {
      "CONV-02 own":
        "What it says of a layer (digest, size, diff id) comes from the layer's bytes, read once and not held.",
      "CONV-03 own":
        "Nothing is pushed where the manifest or its signatures are wrong, or a layer is missing or is not what its name says.",
      "CONV-06 own":
        "Of another registry nothing is followed out of TLS, waited for without end, or held without bound.",
    }),
  ],
};

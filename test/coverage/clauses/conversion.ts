import { about, type Section } from "../clause.ts";

export const conversion: Section = {
  title: "Conversion of schema 1",
  clauses: [
    ...about("Lading", [], {
      "CONV-01 own": "`lading convert` makes an OCI image of a stored schema 1 image: same layers, same history.",
      "CONV-02 own":
        "What it says of a layer (digest, size, diff id) comes from the layer's bytes, read once and not held.",
      "CONV-03 own":
        "Nothing is pushed where the manifest or its signatures are wrong, or a layer is missing or is not what its name says.",
      "CONV-04 own": "A layer that is there under its sha256 is not pushed again; with `--dry-run`, nothing is.",
      "CONV-05 own": "No tag is moved from another image unless the user names it.",
      "CONV-06 own":
        "Of another registry nothing is followed out of TLS, waited for without end, or held without bound.",
    }),
  ],
};

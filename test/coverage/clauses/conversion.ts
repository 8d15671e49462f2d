import { about, type Section } from "../clause.ts";

/** The section "Conversion of schema 1". */
export const conversion: Section = {
  title: "Conversion of schema 1",
  clauses: [
    ...about("Lading", [], {
      "CONV-01 own":
        "`lading convert` makes an OCI image from a stored schema 1 image, with the same layers and the same history.",
      "CONV-02 own":
        "The digest, size and diff id of a layer come from the bytes of the layer. The command reads them once and does not buffer the whole layer.",
      "CONV-03 own":
        "The command pushes nothing if the manifest or its signatures are wrong, or if a layer is missing or does not match its digest.",
      "CONV-04 own":
        "A layer that the registry has under its sha256 is not pushed again. With `--dry-run`, the command pushes nothing.",
      "CONV-05 own": "The command moves a tag of another image only if the user names the tag.",
      "CONV-06 own":
        "The command does not follow another registry from HTTPS to HTTP, does not wait for it without a timeout, and does not buffer its replies without a limit.",
    }),
  ],
};

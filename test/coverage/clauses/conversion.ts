import { about, type Section } from "../clause.ts";

export const conversion: Section = {
  title: "Conversion of schema 1",
  clauses: [
    ...about("Lading", [], {
      "CONV-06 own":
        "Of another registry nothing is followed out of TLS, waited for without end, or held without bound.",
    }),
  ],
};

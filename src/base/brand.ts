declare const brand: unique symbol;

/** A string that only its own parse function can make, so that unparsed text cannot stand in for it. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

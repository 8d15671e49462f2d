declare const brand: unique symbol;

/** A string type that only its own parse function creates, so that unparsed text cannot be used in its place. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

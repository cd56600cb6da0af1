/**
 * An answer that the database has printed: JSON text, to the byte what printing the declared reply would give, passed on
 * as it is. For reads that cost more to parse and print again than to find.
 */
export class Printed {
  constructor(
    readonly json: string,
    /** Of what carries one and is answered alone. */
    readonly version: number | null = null,
  ) {}
}

/** What an operator has configured about the practice itself. */
export type Practice = Readonly<{
  /** ISO 4217. */
  currency: string;
  /** IANA name. */
  timeZone: string;
}>;

/** The settings of the practice. */
export type Practice = Readonly<{
  /** ISO 4217. */
  currency: string;
  /** IANA name. */
  timeZone: string;
}>;

/** Plain JSON; it is stored, so it holds ids and never a secret. */
export type JobPayload = Readonly<Record<string, string | number | boolean | null>>;

export type NewJob = Readonly<{
  /** `<context>.<what>`, the name a handler is registered under. */
  kind: string;
  payload: JobPayload;
  /** Not before this instant; at once without it. */
  runAt?: Date;
  /** Two jobs with the same key are one: the second is dropped. */
  dedupeKey?: string;
}>;

/**
 * Work to be done after the commit: a mail, a settlement. The row commits with the effect that asks for it,
 * so nothing acknowledged is lost. Each job runs at least once; handlers must bear being run again.
 */
export interface Outbox {
  append(...jobs: readonly NewJob[]): Promise<void>;
}

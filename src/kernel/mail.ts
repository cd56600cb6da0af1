/** One plain-text message. A retried mail keeps its `id`, so that a second delivery is recognisable as the same message. */
export type Mail = Readonly<{ id: string; to: string; subject: string; text: string }>;

/** Delivers or throws; never called inside a transaction. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
}

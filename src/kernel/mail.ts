/** One plain-text message. A retried mail keeps its `id`, so that the receiver can recognise a second delivery. */
export type Mail = Readonly<{ id: string; to: string; subject: string; text: string }>;

/** Delivers the mail or throws. Must not be called inside a transaction. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
}

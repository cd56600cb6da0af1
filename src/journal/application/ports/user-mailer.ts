/** Sends mail to users; their addresses stay in the identity context. */
export interface UserMailer {
  /** Sends nothing when the user has been erased. A mail that is sent again keeps its `id`. */
  write(letter: Readonly<{ id: string; userId: string; subject: string; text: string }>): Promise<void>;
}

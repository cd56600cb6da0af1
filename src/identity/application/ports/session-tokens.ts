import type { PresentedToken } from '../../domain/session.js';

/** `text` goes to the client; only `hash` is stored. */
export type RefreshToken = PresentedToken & Readonly<{ text: string }>;

export interface RefreshTokens {
  /** A random token of generation 1. */
  first(sessionId: string): RefreshToken;
  newNonce(): string;
  /** The next token; the same parent and nonce always give the same child. */
  child(parent: RefreshToken, nonce: string): RefreshToken;
  /** undefined unless this server issued it. */
  read(text: string): RefreshToken | undefined;
}

export interface AccessTokens {
  readonly lifeSeconds: number;
  mint(subject: Readonly<{ userId: string; sessionId: string }>): Promise<string>;
  /** undefined unless this server issued it and it has not expired. */
  read(text: string): Promise<Readonly<{ userId: string; sessionId: string }> | undefined>;
}

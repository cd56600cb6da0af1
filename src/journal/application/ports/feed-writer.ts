import type { PostView } from './views.js';

/** Writes an Atom feed (RFC 4287) of public posts. The same posts give the same text. */
export interface FeedWriter {
  write(posts: readonly PostView[]): Promise<string>;
}

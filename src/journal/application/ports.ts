import type { Outbox } from '../../kernel/outbox.js';
import type { CommentRepository } from './ports/comments.js';
import type { JournalQueries } from './ports/journal-queries.js';
import type { PostRepository } from './ports/posts.js';

export type * from './ports/comments.js';
export type * from './ports/feed-writer.js';
export type * from './ports/journal-queries.js';
export type * from './ports/markdown.js';
export type * from './ports/posts.js';
export type * from './ports/user-mailer.js';
export * from './ports/views.js';

/** The ports of a unit of work; they exist only inside it. */
export type JournalPorts = Readonly<{
  posts: PostRepository;
  comments: CommentRepository;
  /** Also reads what the unit of work has written. */
  journalQueries: JournalQueries;
  outbox: Outbox;
}>;

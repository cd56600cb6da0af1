import type { Page, PageRequest } from '../../kernel/page.js';
import type { CommentStatus } from '../domain/comment.js';
import type { JournalQueries, MarkdownRenderer, QueuedComment } from './ports.js';
import { rerenderCommentIfStale } from './rerender.js';

/** The comments of all posts in these states, for moderators; oldest first. */
export type ListCommentQueue = (
  query: Readonly<{
    statuses: readonly CommentStatus[];
    postId: string | undefined;
    page: PageRequest;
  }>,
) => Promise<Page<QueuedComment>>;

type Dependencies = Readonly<{ journalQueries: JournalQueries; markdown: MarkdownRenderer }>;

export const makeListCommentQueue =
  ({ journalQueries, markdown }: Dependencies): ListCommentQueue =>
  async ({ statuses, postId, page }) => {
    const found = await journalQueries.queue({ statuses, postId }, page);
    return {
      ...found,
      items: await Promise.all(found.items.map((view) => rerenderCommentIfStale(view, { markdown }))),
    };
  };

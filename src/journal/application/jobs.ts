import type { Outbox } from '../../kernel/outbox.js';

/** The kind of the job that sends a mail about a comment. */
export const COMMENT_MAIL = 'journal.comment-mail';

export const RECIPIENTS = ['author', 'commenter'] as const;
/** The author of the post, or of the comment. */
export type Recipient = (typeof RECIPIENTS)[number];

/** Enqueues at most one mail for each comment and recipient. */
export const enqueueCommentMail = (outbox: Outbox, commentId: string, to: Recipient): Promise<void> =>
  outbox.append({
    kind: COMMENT_MAIL,
    payload: { commentId, to },
    dedupeKey: `${COMMENT_MAIL}:${commentId}:${to}`,
  });

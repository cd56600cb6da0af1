import { plus, type Clock } from '../../kernel/clock.js';
import { DomainError, notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { assertNoFlood, FLOOD, newComment, parseComment, type Standing } from '../domain/comment.js';
import { commentsClosed, invalidParent } from '../domain/errors.js';
import { isVisibleTo } from '../domain/post.js';
import { audienceOf, isStaff, type Viewer } from '../domain/viewer.js';
import { readBackComment } from './find-comment.js';
import { enqueueCommentMail } from './jobs.js';
import type { CommentLimits, Commenter, CommentView, JournalPorts, MarkdownRenderer } from './ports.js';

/**
 * Adds a comment to a post that the caller can see. It is pending until a moderator approves it, unless its author is
 * trusted and it has few links. not_found, forbidden without a confirmed address, conflict `comments-closed`, `duplicate-comment`, invalid
 * `invalid-parent`, 429 `rate-limited`.
 */
export type AddComment = (
  command: Readonly<{
    caller: Exclude<Viewer, null> & Readonly<{ emailVerified: boolean }>;
    postId: string;
    parentId: string | null;
    text: string;
  }>,
) => Promise<CommentView>;

type Dependencies = Readonly<{
  journalUnitOfWork: UnitOfWork<JournalPorts>;
  markdown: MarkdownRenderer;
  commentLimits: CommentLimits;
  clock: Clock;
  ids: IdGenerator;
}>;

const standingOf = (caller: Viewer, { trustedAt }: Commenter): Standing =>
  isStaff(caller) ? 'staff' : trustedAt === null ? 'new' : 'trusted';

async function assertParent(
  { comments }: JournalPorts,
  postId: string,
  parentId: string | null,
): Promise<void> {
  if (parentId === null) return;
  const parent = await comments.find(parentId);
  if (parent?.postId !== postId || parent.parentId !== null || parent.status !== 'approved')
    throw invalidParent();
}

export const makeAddComment =
  ({ journalUnitOfWork, markdown, commentLimits, clock, ids }: Dependencies): AddComment =>
  async ({ caller, postId, parentId, text: given }) => {
    if (!caller.emailVerified)
      throw new DomainError('forbidden', 'forbidden', 'Confirm your address first, then comment.');
    const text = parseComment(given);
    const rendered = await markdown.comment(text);
    return journalUnitOfWork.run(async (ports) => {
      const { posts, comments, journalQueries, outbox } = ports;
      const post = await posts.lockShared(postId);
      const now = clock.now();
      if (post === undefined || !isVisibleTo(post, audienceOf(caller), now)) throw notFound('post');
      if (post.commentPolicy !== 'open') throw commentsClosed();
      await assertParent(ports, postId, parentId);
      const commenter = await comments.lockCommenter(caller.userId);
      if (commentLimits.refuseFloods)
        assertNoFlood(await comments.writtenSince(caller.userId, plus(now, -FLOOD.windowMs)), now);
      const standing = standingOf(caller, commenter);
      const id = ids.next();
      const comment = newComment(
        { id, postId, parentId, authorId: caller.userId, text, rendered, standing },
        now,
      );
      await comments.insert(comment);
      if (comment.status === 'approved' && post.authorId !== caller.userId)
        await enqueueCommentMail(outbox, id, 'author');
      return readBackComment(journalQueries, id);
    });
  };

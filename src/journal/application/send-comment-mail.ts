import type { Recipient } from './jobs.js';
import type { CommentSubject, Correspondence, JournalQueries } from './ports.js';

/** The job behind a mail about a comment. A comment that is not shown by then is no news. */
export type SendCommentMail = (
  job: Readonly<{ jobId: string; commentId: string; to: Recipient }>,
) => Promise<void>;

type Dependencies = Readonly<{
  journalQueries: JournalQueries;
  journalCorrespondence: Correspondence;
  /** Without a trailing slash. */
  publicUrl: string;
}>;

const SUBJECTS: Readonly<Record<Recipient, string>> = {
  author: 'A comment on your post',
  commenter: 'Your comment is published',
};

/** Not a word of the comment: mail is read by others than those it is for. */
const sentence = (to: Recipient, { postTitle }: CommentSubject): string =>
  to === 'author'
    ? `somebody has commented on your post “${postTitle}”.`
    : `your comment on “${postTitle}” has been approved. From now on your comments appear at once.`;

export const makeSendCommentMail =
  ({ journalQueries, journalCorrespondence, publicUrl }: Dependencies): SendCommentMail =>
  async ({ jobId, commentId, to }) => {
    const subject = await journalQueries.commentSubject(commentId);
    if (subject?.status !== 'approved') return;
    const text = [
      'Hello,',
      '',
      sentence(to, subject),
      '',
      `${publicUrl}/v1/posts/${subject.postSlug}`,
      '',
    ].join('\n');
    await journalCorrespondence.write({
      id: jobId,
      userId: to === 'author' ? subject.postAuthorId : subject.commentAuthorId,
      subject: SUBJECTS[to],
      text,
    });
  };

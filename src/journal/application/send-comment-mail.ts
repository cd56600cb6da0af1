import type { Recipient } from './jobs.js';
import type { CommentSubject, JournalQueries, UserMailer } from './ports.js';

/** The job that sends a mail about a comment; it sends nothing when the comment is not published any more. */
export type SendCommentMail = (
  job: Readonly<{ jobId: string; commentId: string; to: Recipient }>,
) => Promise<void>;

type Dependencies = Readonly<{
  journalQueries: JournalQueries;
  userMailer: UserMailer;
  /** Without a trailing slash. */
  publicUrl: string;
}>;

const SUBJECTS: Readonly<Record<Recipient, string>> = {
  author: 'A comment on your post',
  commenter: 'Your comment is published',
};

/** Never quotes the comment, because others may read the mail. */
const sentence = (to: Recipient, { postTitle }: CommentSubject): string =>
  to === 'author'
    ? `somebody has commented on your post “${postTitle}”.`
    : `your comment on “${postTitle}” has been approved. From now on your comments appear at once.`;

export const makeSendCommentMail =
  ({ journalQueries, userMailer, publicUrl }: Dependencies): SendCommentMail =>
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
    await userMailer.write({
      id: jobId,
      userId: to === 'author' ? subject.postAuthorId : subject.commentAuthorId,
      subject: SUBJECTS[to],
      text,
    });
  };

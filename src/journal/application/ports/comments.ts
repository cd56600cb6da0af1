import type { Comment } from '../../domain/comment.js';

/** An author of comments. */
export type Commenter = Readonly<{ trustedAt: Date | null }>;

export type Report = Readonly<{
  id: string;
  commentId: string;
  by: string;
  reason: string | null;
  createdAt: Date;
}>;

export interface CommentRepository {
  /** Locks the commenter to the end of the transaction and creates the row when there is none. */
  lockCommenter(userId: string): Promise<Commenter>;
  setTrusted(userId: string, trustedAt: Date | null): Promise<void>;
  /** When the user wrote comments after `since`; includes deleted comments. */
  writtenSince(userId: string, since: Date): Promise<readonly Date[]>;
  find(id: string): Promise<Comment | undefined>;
  lock(id: string): Promise<Comment | undefined>;
  /** conflict `duplicate-comment`; invalid `invalid-parent` for a parent of another post and for one that is a reply. */
  insert(comment: Comment): Promise<void>;
  /** stale `version-mismatch`; conflict `duplicate-comment`. */
  save(comment: Comment): Promise<Comment>;
  /** Returns false when the user has reported the comment before. */
  addReport(report: Report): Promise<boolean>;
  /** Counts the reports that no moderator has closed. */
  openReports(commentId: string): Promise<number>;
  closeReports(commentId: string, now: Date): Promise<void>;
  /** Locks the user's comments that were never published, in order of id. */
  lockUnpublishedBy(userId: string): Promise<readonly Comment[]>;
  /** Erases the reasons of all reports by the user. */
  deleteReportReasons(userId: string): Promise<void>;
}

/** Whether the limit of comments in ten minutes is enforced. */
export type CommentLimits = Readonly<{ refuseFloods: boolean }>;

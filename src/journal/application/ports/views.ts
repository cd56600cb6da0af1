import type { CommentStatus } from '../../domain/comment.js';
import type { Post, PostStatus, Rendered, Revision } from '../../domain/post.js';
import type { Snippet } from '../../domain/snippet.js';

type Named = Readonly<{ id: string; name: string }>;

/** A comment as readers get it; `comment` and `html` are null when it is deleted. */
export type CommentView = Readonly<{
  id: string;
  postId: string;
  parentId: string | null;
  author: Named;
  comment: string | null;
  html: string | null;
  htmlVersion: number;
  status: CommentStatus;
  version: number;
  createdAt: Date;
  editedAt: Date | null;
}>;

/** `reports`: the open reports. */
export type QueuedComment = CommentView & Readonly<{ reports: number }>;

/** A post as readers get it at some moment: `status` is the status at that moment. */
export type PostView = Readonly<{
  id: string;
  slug: string;
  title: string;
  content: string;
  rendered: Omit<Rendered, 'plain'>;
  /** Versions of the renderer that made the HTML: first of the post, then of each of `comments`. */
  htmlVersions: readonly number[];
  tags: readonly string[];
  author: Named;
  status: PostStatus;
  visibility: Post['visibility'];
  commentPolicy: Post['commentPolicy'];
  publishAt: Date | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  /** Only on request: the newest visible comments, newest first, at most `NEWEST_COMMENTS`. */
  comments?: readonly CommentView[];
  /** Only in search results. */
  match?: Snippet;
}>;

export type RevisionView = Omit<Revision, 'by' | 'postId'> & Readonly<{ by: Named }>;

/** The facts that a mail about a comment needs. */
export type CommentSubject = Readonly<{
  status: CommentStatus;
  postTitle: string;
  postSlug: string;
  postAuthorId: string;
  commentAuthorId: string;
}>;

export const NEWEST_COMMENTS = 10;
export const FEED_LENGTH = 20;

import type { Post, Revision } from '../../domain/post.js';

/** The context locks in this order: post → commenter → comment. */
export interface PostRepository {
  /** Locks the post to the end of the transaction. */
  lock(id: string): Promise<Post | undefined>;
  /** Prevents changes of the post to the end of the transaction; others may take the same lock. */
  lockShared(id: string): Promise<Post | undefined>;
  /** The post's slug must be claimed before. */
  insert(post: Post): Promise<void>;
  /** Returns the post with its next version. stale `version-mismatch` unless the stored version is the given one. */
  save(post: Post): Promise<Post>;
  /** Deletes its comments, their reports and its revisions too. Its slugs stay taken. */
  delete(id: string): Promise<void>;
  /**
   * Claims the slug for the post; true also when the post has claimed it before, false when it belongs or ever belonged to
   * another post. Waits for a concurrent claim of the same slug.
   */
  claimSlug(slug: string, postId: string): Promise<boolean>;
  /** Those of `slugs` that no post ever had. */
  freeSlugs(slugs: readonly string[]): Promise<ReadonlySet<string>>;
  appendRevision(revision: Revision): Promise<void>;
  findRevision(postId: string, number: number): Promise<Revision | undefined>;
}

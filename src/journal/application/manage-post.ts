import { notFound } from '../../kernel/errors.js';
import { mayManage, type Post } from '../domain/post.js';
import { audienceOf, type Viewer } from '../domain/viewer.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { PostRepository } from './ports.js';

type Attempt = Readonly<{ caller: Viewer; postId: string; expectedVersion: ExpectedVersion }>;

/** Locks a post for its author or an admin. not_found for everybody else, even for a post they can read; stale. */
export async function lockToManage(
  posts: PostRepository,
  { caller, postId, expectedVersion }: Attempt,
): Promise<Post> {
  const post = await posts.lock(postId);
  if (post === undefined || !mayManage(post, audienceOf(caller))) throw notFound('post');
  assertVersion(post, expectedVersion);
  return post;
}

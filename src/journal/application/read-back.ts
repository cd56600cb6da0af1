import type { Post } from '../domain/post.js';
import type { JournalQueries, PostView, VisibilityScope } from './ports.js';

/** Reads a post that this unit of work has written, as its author sees it. */
export async function readBack(
  queries: JournalQueries,
  post: Post,
  scope: VisibilityScope,
): Promise<PostView> {
  const view = await queries.post({ id: post.id }, scope);
  if (view === undefined) throw new Error(`post ${post.id} disappeared within its transaction`);
  return view;
}

import { newComment, restoreComment, type Comment } from '../../../src/journal/domain/comment.js';
import { restorePost, type Post } from '../../../src/journal/domain/post.js';
import { FakeIds } from '../fakes/ids.js';

const ids = new FakeIds('01940000');
export const nextId = (): string => ids.next();
export const T0 = new Date('2026-11-21T09:00:00.000Z');

/** A public post with a unique slug. */
export function aPost(changes: Partial<Post> & Readonly<{ authorId: string }>): Post {
  const id = changes.id ?? nextId();
  return restorePost({
    id,
    slug: `post-${id.slice(-12)}`,
    title: 'A title',
    content: 'Some *words*.',
    rendered: { html: '<p>Some <em>words</em>.</p>', plain: 'Some words.', version: 1 },
    tags: [],
    status: 'published',
    visibility: 'public',
    commentPolicy: 'open',
    publishAt: changes.status === 'draft' ? null : T0,
    revision: 1,
    createdAt: T0,
    updatedAt: T0,
    version: 1,
    ...changes,
  });
}

/** A comment with a unique text. */
export function aComment(
  changes: Partial<Comment> & Readonly<{ postId: string; authorId: string }>,
): Comment {
  const id = changes.id ?? nextId();
  const made = newComment(
    {
      id,
      postId: changes.postId,
      parentId: changes.parentId ?? null,
      authorId: changes.authorId,
      text: `Comment ${id.slice(-6)}`,
      rendered: { html: '<p>Comment</p>', version: 1, links: 0 },
      standing: 'trusted',
    },
    changes.createdAt ?? T0,
  );
  return restoreComment({ ...made, ...changes });
}

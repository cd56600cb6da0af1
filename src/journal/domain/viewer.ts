/** The user who reads; null: not signed in. */
export type Viewer = Readonly<{ userId: string; role: 'member' | 'staff' | 'admin' }> | null;

export const VISIBILITIES = ['public', 'members', 'staff'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

export const isStaff = (viewer: Viewer): boolean => viewer !== null && viewer.role !== 'member';
export const isAdmin = (viewer: Viewer): boolean => viewer?.role === 'admin';

/**
 * The posts that a viewer can see: published posts of these visibilities, and every post that the viewer manages. Lists,
 * single reads, feed, comments and writes all use this value.
 */
export type Audience = Readonly<{
  visibilities: readonly Visibility[];
  /** The viewer manages the posts of this author, in every state. */
  authorId: string | null;
  /** The viewer manages all posts. */
  managesAll: boolean;
}>;

export const ANYBODY: Audience = { visibilities: ['public'], authorId: null, managesAll: false };

export function audienceOf(viewer: Viewer): Audience {
  if (viewer === null) return ANYBODY;
  if (viewer.role === 'member') return { ...ANYBODY, visibilities: ['public', 'members'] };
  return { visibilities: VISIBILITIES, authorId: viewer.userId, managesAll: isAdmin(viewer) };
}

/** Who looks; null is anybody. */
export type Viewer = Readonly<{ userId: string; role: 'member' | 'staff' | 'admin' }> | null;

export const VISIBILITIES = ['public', 'members', 'staff'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

export const isStaff = (viewer: Viewer): boolean => viewer !== null && viewer.role !== 'member';
export const isAdmin = (viewer: Viewer): boolean => viewer?.role === 'admin';

/**
 * What somebody may see of posts: published ones of these visibilities, and whatever is theirs to manage.
 * Reading and writing, lists and details, feed and comments all ask by this one value.
 */
export type Audience = Readonly<{
  visibilities: readonly Visibility[];
  /** Manages the posts of this author, in whatever state. */
  authorId: string | null;
  /** Manages all posts. */
  managesAll: boolean;
}>;

export const ANYBODY: Audience = { visibilities: ['public'], authorId: null, managesAll: false };

export function audienceOf(viewer: Viewer): Audience {
  if (viewer === null) return ANYBODY;
  if (viewer.role === 'member') return { ...ANYBODY, visibilities: ['public', 'members'] };
  return { visibilities: VISIBILITIES, authorId: viewer.userId, managesAll: isAdmin(viewer) };
}

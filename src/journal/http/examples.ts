/** Values that the document shows. */
const AT = '2026-11-21T09:00:00.000Z';

export const ids = {
  post: '019aa5b2-7c00-7000-8000-000000000301',
  comment: '019aa5b2-7c00-7000-8000-000000000302',
  author: '019aa5b2-7c00-7000-8000-000000000303',
  commenter: '019aa5b2-7c00-7000-8000-000000000304',
};

export const exampleDraft = {
  id: ids.post,
  slug: 'how-to-brush',
  title: 'How to brush',
  content: 'Twice a day, **gently**.',
  html: '<p>Twice a day, <strong>gently</strong>.</p>',
  tags: ['teeth'],
  author: { id: ids.author, name: 'Samuel Okafor' },
  status: 'draft',
  visibility: 'public',
  commentPolicy: 'open',
  publishAt: null,
  version: 1,
  createdAt: AT,
  updatedAt: AT,
};
export const examplePost = { ...exampleDraft, status: 'published', publishAt: AT, version: 2 };

export const exampleComment = {
  id: ids.comment,
  postId: ids.post,
  parentId: null,
  author: { id: ids.commenter, name: 'Mira Lindqvist' },
  comment: 'And before breakfast or after?',
  html: '<p>And before breakfast or after?</p>',
  status: 'approved',
  version: 1,
  createdAt: AT,
  editedAt: null,
};
export const examplePending = { ...exampleComment, status: 'pending' };

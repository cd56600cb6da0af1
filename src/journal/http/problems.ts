import type { ProblemCatalog } from '../../platform/http/replies/problem-catalog.js';

/** Explanations of the error codes of the journal; the shop's catalog explains `invalid-transition`. */
export const journalProblems = {
  'slug-taken': {
    status: 409,
    title: 'The slug belongs to another post',
    explanation: 'A slug belongs to one post for ever, also after that post got another slug or was deleted.',
    remedy: 'Choose another slug, or leave it out and get one from the title.',
  },
  'comments-closed': {
    status: 409,
    title: 'The post takes no comments',
    explanation: 'Its `commentPolicy` is `locked` or `hidden`.',
    remedy: 'Read it without commenting.',
  },
  'duplicate-comment': {
    status: 409,
    title: 'You have written this already',
    explanation: 'You have commented on this post with the same text, apart from white space and case.',
    remedy: 'None: your comment is published or pending.',
  },
  'edit-window-closed': {
    status: 409,
    title: 'The comment cannot be changed any more',
    explanation:
      'Authors can change and delete a comment for 15 minutes, until `deadline`, unless a moderator has taken it down.',
    remedy: 'Write another comment, or ask the practice.',
  },
  'invalid-parent': {
    status: 422,
    title: 'There is no such comment to reply to',
    explanation:
      'Replies are to approved comments of the same post that are no replies themselves. Which of this fails is not told.',
    remedy: 'Reply to the comment that started the thread.',
  },
} as const satisfies ProblemCatalog;

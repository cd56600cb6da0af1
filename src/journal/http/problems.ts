import type { ProblemCatalog } from '../../platform/http/replies/problems.js';

/** What the journal's own codes mean to a client. `invalid-transition` is explained by the shop. */
export const journalProblems = {
  'slug-taken': {
    status: 409,
    title: 'The slug belongs to another post',
    explanation:
      'A slug leads to one post for ever, also after that post has got another one or was deleted.',
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
    explanation: 'The same text, white space and case aside, stands under the same post by you.',
    remedy: 'Nothing: the comment is there, or waits to be approved.',
  },
  'edit-window-closed': {
    status: 409,
    title: 'The comment cannot be changed any more',
    explanation:
      'Authors change and delete a comment for 15 minutes, until `deadline`; and not after a moderator has taken it down.',
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

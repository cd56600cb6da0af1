import { DomainError } from '../../kernel/errors.js';

export const invalidTransition = (from: string, to: string, allowed: readonly string[]): DomainError =>
  new DomainError('conflict', 'invalid-transition', `What is ${from} cannot become ${to}.`, {
    from,
    to,
    allowed,
  });

export const slugTaken = (): DomainError =>
  new DomainError('conflict', 'slug-taken', 'The slug belongs, or once belonged, to another post.');

export const commentsClosed = (): DomainError =>
  new DomainError('conflict', 'comments-closed', 'This post takes no comments.');

export const duplicateComment = (): DomainError =>
  new DomainError('conflict', 'duplicate-comment', 'You have written this under the same post already.');

/** `deadline` is null when a moderator has taken the comment down. */
export const editWindowClosed = (deadline: Date | null): DomainError =>
  new DomainError('conflict', 'edit-window-closed', 'The comment cannot be changed any more.', {
    ...(deadline !== null && { deadline: deadline.toISOString() }),
  });

export const tooManyComments = (retryAfterSeconds: number): DomainError =>
  new DomainError('rate_limited', 'rate-limited', 'That is a lot of comments; take a break.', {
    retryAfterSeconds,
  });

/** One error for an unknown, an invisible, a replying and a foreign parent, so that it does not reveal which comments exist. */
export const invalidParent = (): DomainError =>
  new DomainError(
    'invalid',
    'invalid-parent',
    'Replies are to comments of the same post that are no replies.',
    {
      errors: [{ pointer: '/parentId', detail: 'names no comment that can be replied to here' }],
    },
  );

import { DomainError } from '../../kernel/errors.js';

/** 400 `malformed-request` at /query/to. `detail` says what `to` must be. */
export const endsBeforeItBegins = (detail: string): DomainError =>
  new DomainError('malformed', 'malformed-request', 'The range ends before it begins.', {
    errors: [{ pointer: '/query/to', detail }],
  });

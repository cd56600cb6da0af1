import type { ErrorDetails, FieldFault } from '../../../kernel/errors.js';
import type { COMMON_PROBLEMS } from './problem-catalog.js';

/** An error of the protocol rather than of the domain; its status follows from its code. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  constructor(
    readonly code: keyof typeof COMMON_PROBLEMS,
    message: string,
    readonly details: ErrorDetails = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** A parameter or header that cannot be read: 400 `malformed-request`; `pointer` names it, as in `/query/limit`. */
export const malformedRequest = (errors: readonly FieldFault[]): ProtocolError =>
  new ProtocolError('malformed-request', 'The request has parameters that cannot be read.', { errors });

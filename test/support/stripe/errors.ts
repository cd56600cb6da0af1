/** An error answer of Stripe's API. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly error: Readonly<Record<string, unknown>>,
  ) {
    super(JSON.stringify(error));
  }
}

export const invalidRequest = (message: string, more: Readonly<Record<string, unknown>> = {}): ApiError =>
  new ApiError(400, { type: 'invalid_request_error', message, ...more });

export const missing = (object: string, id: string, param = 'id'): ApiError =>
  new ApiError(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${object}: '${id}'`,
    param,
  });

export const idempotencyMismatch = (): ApiError =>
  new ApiError(400, {
    type: 'idempotency_error',
    message:
      'Keys for idempotent requests can only be used with the same parameters they were first used with.',
  });

export const keyInUse = (): ApiError =>
  new ApiError(409, {
    type: 'invalid_request_error',
    code: 'idempotency_key_in_use',
    message: 'There is currently another in-progress request using this Idempotent Key.',
  });

export const unauthorized = (): ApiError =>
  new ApiError(401, { type: 'invalid_request_error', message: 'Invalid API Key provided: sk_test_***' });

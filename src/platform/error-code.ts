/** Whether the error has one of these codes of the system or of Node, such as `ENOENT` or `HPE_HEADER_OVERFLOW`. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);

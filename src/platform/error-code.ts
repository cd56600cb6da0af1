/** Whether the system, or Node, gave the error one of these codes: `ENOENT`, `EEXIST`, `HPE_HEADER_OVERFLOW`. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);

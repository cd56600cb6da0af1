/** The user who calls a use case. */
export type Caller = Readonly<{ userId: string; isStaff: boolean }>;

/** The user who calls a use case. Staff have access to everything; members to their own patient file and appointments. */
export type Caller = Readonly<{ userId: string; isStaff: boolean }>;

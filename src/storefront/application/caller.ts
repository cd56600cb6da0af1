/** The user who calls a use case. Staff and admins may read and change what belongs to others. */
export type Caller = Readonly<{ userId: string; role: 'member' | 'staff' | 'admin' }>;
export const isStaff = ({ role }: Caller): boolean => role !== 'member';

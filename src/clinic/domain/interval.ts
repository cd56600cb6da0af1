/** `[from, to)` */
export type Interval = Readonly<{ from: Date; to: Date }>;

export const overlaps = (a: Interval, b: Interval): boolean => a.from < b.to && b.from < a.to;

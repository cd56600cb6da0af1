/** An instant at which the demo, the walk-through and the tests have to work, in the time zone of the process. */
export type Moment = Readonly<{ at: string; timeZone: string; name: string }>;

/** One zone for each moment by turns: behind UTC, with a quarter of an hour, the first to see a day, and the demo's own. */
const ZONES = ['UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia', 'Europe/Berlin'];

/** The start of a Monday in UTC; the demo's doctors work from 9 to 17 in Berlin, 8 to 16 UTC. */
const MONDAY_MS = Date.parse('2026-11-23T00:00:00Z');
const DAY_MS = 86_400_000;
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const TIMES = ['00:00:00', '07:30:00', '10:59:50', '14:00:30', '15:30:00', '23:59:50'];

type Edge = readonly [at: string, name: string, timeZone?: string];

const everyWeekday: readonly Edge[] = WEEKDAYS.flatMap((weekday, index) =>
  TIMES.map((time): Edge => {
    const day = new Date(MONDAY_MS + index * DAY_MS).toISOString().slice(0, 'yyyy-mm-dd'.length);
    return [`${day}T${time}Z`, weekday];
  }),
);

const edges: readonly Edge[] = [
  ['2026-11-30T22:59:50Z', 'month ends in Berlin', 'Europe/Berlin'],
  ['2026-11-30T23:59:50Z', 'month ends in UTC'],
  ['2026-12-31T09:59:50Z', 'year ends in Apia', 'Pacific/Apia'],
  ['2026-12-31T18:14:50Z', 'year ends in Kathmandu', 'Asia/Kathmandu'],
  ['2026-12-31T22:59:50Z', 'year ends in Berlin', 'Europe/Berlin'],
  ['2026-12-31T23:59:50Z', 'year ends in UTC', 'UTC'],
  ['2027-01-01T04:59:50Z', 'year ends in New York', 'America/New_York'],
  ['2027-02-28T23:59:50Z', 'February without a 29th ends'],
  ['2027-03-14T06:59:50Z', 'clocks go forward in New York', 'America/New_York'],
  ['2027-03-14T07:00:10Z', 'clocks went forward in New York', 'America/New_York'],
  ['2027-03-19T15:30:00Z', 'nine days before clocks go forward in Berlin', 'Europe/Berlin'],
  ['2027-03-28T00:59:50Z', 'clocks go forward in Berlin', 'Europe/Berlin'],
  ['2027-03-28T01:00:10Z', 'clocks went forward in Berlin', 'Europe/Berlin'],
  ['2027-04-30T23:59:50Z', 'April ends'],
  ['2027-10-22T15:30:00Z', 'nine days before clocks go back in Berlin', 'Europe/Berlin'],
  ['2027-10-31T00:59:50Z', 'clocks go back in Berlin', 'Europe/Berlin'],
  ['2027-10-31T01:00:10Z', 'clocks went back in Berlin', 'Europe/Berlin'],
  ['2027-11-07T05:59:50Z', 'clocks go back in New York', 'America/New_York'],
  ['2027-11-07T06:00:10Z', 'clocks went back in New York', 'America/New_York'],
  ['2028-02-28T23:59:50Z', '29 February begins'],
  ['2028-02-29T12:00:00Z', '29 February'],
  ['2028-02-29T23:59:50Z', '29 February ends'],
  ['2028-12-31T12:00:00Z', 'last day of a leap year'],
  ['2036-02-29T08:00:00Z', '29 February, years from now'],
];

export const MOMENTS: readonly Moment[] = [...everyWeekday, ...edges].map(([at, name, timeZone], index) => ({
  at,
  name,
  timeZone: timeZone ?? ZONES[index % ZONES.length] ?? 'UTC',
}));

import { plus } from '../../kernel/clock.js';
import { reportPoints, type Report, type ReportDependencies, type ReportFilter } from './report-points.js';

/** Unmatched bank lines by age, at `from`, at the end of each interval, and at `to`. 400, 422 `report-too-long` */
export type ReportUnreconciled = (filter: ReportFilter) => Promise<Report>;

export const makeReportUnreconciled =
  ({ reportQueries, clock, timeZones, practice }: ReportDependencies): ReportUnreconciled =>
  async ({ interval, realAccountId, ...range }) => {
    const at = reportPoints(range, interval, { clock, timeZones, practice });
    // A line counts from the beginning of its day: at midnight the day before is the last that counts.
    const points = at.map((instant) => ({
      at: instant,
      day: timeZones.dayOf(plus(instant, -1), practice.timeZone),
    }));
    return { at, series: await reportQueries.unreconciled(points, realAccountId) };
  };

import { reportPoints, type Report, type ReportDependencies, type ReportFilter } from './report-points.js';

/** Balances at `from`, at the end of each interval, and at `to`. 400, 422 `report-too-long` */
export type ReportBalances = (filter: ReportFilter) => Promise<Report>;

export const makeReportBalances =
  ({ reportQueries, clock, timeZones, practice }: ReportDependencies): ReportBalances =>
  async ({ interval, realAccountId, ...range }) => {
    const at = reportPoints(range, interval, { clock, timeZones, practice });
    return { at, series: await reportQueries.balances(at, realAccountId) };
  };

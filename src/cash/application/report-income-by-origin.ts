import type { MomentRange } from './days.js';
import { reportByMonth, type Report, type ReportDependencies } from './report-points.js';

/** Income by origin and month. 400, 422 `report-too-long` */
export type ReportIncomeByOrigin = (range: MomentRange) => Promise<Report>;

export const makeReportIncomeByOrigin =
  ({ reportQueries, clock, timeZones, practice }: ReportDependencies): ReportIncomeByOrigin =>
  (range) =>
    reportByMonth(range, { clock, timeZones, practice }, (bounds) => reportQueries.incomeByOrigin(bounds));

import type { MomentRange } from './days.js';
import { reportByMonth, type Report, type ReportDependencies } from './report-points.js';

/** Money received and money spent, by month. 400, 422 `report-too-long` */
export type ReportCashFlow = (range: MomentRange) => Promise<Report>;

export const makeReportCashFlow =
  ({ reportQueries, clock, timeZones, practice }: ReportDependencies): ReportCashFlow =>
  (range) =>
    reportByMonth(range, { clock, timeZones, practice }, (bounds) => reportQueries.cashFlow(bounds));

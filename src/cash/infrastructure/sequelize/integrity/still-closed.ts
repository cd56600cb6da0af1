/** Closed months that were not reopened. */
export const STILL_CLOSED = `(
  SELECT * FROM cash_periods c WHERE NOT EXISTS (SELECT FROM cash_period_reopenings o WHERE o.period_id = c.id)
)`;

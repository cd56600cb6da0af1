import { createHash } from 'node:crypto';

/** The kinds of rows in the data set. Each kind has its own numbers. */
export type Kind =
  | 'user'
  | 'session'
  | 'product'
  | 'movement'
  | 'order'
  | 'line'
  | 'payment'
  | 'event'
  | 'doctor'
  | 'type'
  | 'patient'
  | 'appointment'
  | 'post'
  | 'comment'
  | 'real-account'
  | 'account'
  | 'amount';

/** The instant of row 0. Ids are one millisecond apart, so that they sort as UUIDv7 do. */
const EPOCH_MS = 1_700_000_000_000;

/** The id of row `n`: the same in the data set, in the requests and in the next run. */
export function idOf(kind: Kind, n: number): string {
  const hash = createHash('md5').update(`${kind}:${n}`).digest('hex');
  const time = (EPOCH_MS + n).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}

/** `idOf` for the statements that write the data set. */
export const ID_FUNCTION = `
  CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(${EPOCH_MS} + n), 12, '0') || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid
    FROM (SELECT md5(kind || ':' || n) AS hash) AS hashed
  $$`;

/**
 * Whether the engine knows the zone by this name (IANA). Offsets such as +03:00, which newer engines take too, are no
 * names: they know no daylight saving.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+-]*(?:\/[\w+-]+)*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

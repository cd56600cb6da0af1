import type { AppointmentStatus, CalendarEntry } from './ports.js';

const MAX_OCTETS = 75;
const encoder = new TextEncoder();

/** Folds a line longer than 75 octets: the next line starts with a space; characters are not split (RFC 5545 §3.1). */
function fold(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > MAX_OCTETS) {
      parts.push(part);
      part = ' ';
      octets = 1;
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join('\r\n');
}

/** `20261123T080000Z` (RFC 5545 §3.3.5, form 2) */
const utc = (instant: Date): string =>
  `${instant.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replaceAll(/[-:]/g, '')}Z`;

const STATUS: Readonly<Record<AppointmentStatus, 'TENTATIVE' | 'CONFIRMED' | 'CANCELLED'>> = {
  requested: 'TENTATIVE',
  booked: 'CONFIRMED',
  arrived: 'CONFIRMED',
  fulfilled: 'CONFIRMED',
  declined: 'CANCELLED',
  noShow: 'CANCELLED',
  cancelled: 'CANCELLED',
};

/** An appointment keeps its UID; SEQUENCE rises with every revision. */
const eventOf = ({
  id,
  startsAt,
  endsAt,
  status,
  revision,
  createdAt,
  updatedAt,
}: CalendarEntry): string[] => [
  'BEGIN:VEVENT',
  `UID:${id}@appointments.praxis`,
  `DTSTAMP:${utc(updatedAt)}`,
  `CREATED:${utc(createdAt)}`,
  `LAST-MODIFIED:${utc(updatedAt)}`,
  `SEQUENCE:${revision - 1}`,
  `DTSTART:${utc(startsAt)}`,
  `DTEND:${utc(endsAt)}`,
  'SUMMARY:Appointment',
  `STATUS:${STATUS[status]}`,
  `TRANSP:${STATUS[status] === 'CANCELLED' ? 'TRANSPARENT' : 'OPAQUE'}`,
  'CLASS:PRIVATE',
  'END:VEVENT',
];

/** An iCalendar object (RFC 5545): in UTC, with CRLF line ends. It contains times and no names or reasons. */
export const calendarText = (entries: readonly CalendarEntry[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Praxis//Appointments//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    ...entries.flatMap(eventOf),
    'END:VCALENDAR',
  ]
    .map((line) => `${fold(line)}\r\n`)
    .join('');

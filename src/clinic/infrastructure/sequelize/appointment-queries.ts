import type { Money } from '../../../kernel/money.js';
import { type PageKey, toPage } from '../../../kernel/page.js';
import type { Database } from '../../../platform/database/database.js';
import type {
  AccessItem,
  AppointmentFilter,
  AppointmentView,
  CalendarEntry,
  ClinicQueries,
  HistoryItem,
  MailSubject,
  PaymentView,
} from '../../application/ports.js';
import type { AppointmentStatus, Party } from '../../domain/appointment.js';
import { type PaymentState, paymentStatusOf } from '../../domain/payment.js';
import { PATIENT_COLUMNS } from './columns.js';
import type { PatientColumns, PaymentColumns } from './models.js';
import { toPatient, toPayment, toPrice } from './rows.js';
import { LIVE } from './schedule.js';

const VIEW = `
  SELECT a.id, a.doctor_id AS "doctorId", d.name AS "doctorName", a.patient_id AS "patientId",
    p.name AS "patientName", p.user_id AS "patientUserId", a.appointment_type_id AS "typeId", t.name AS "typeName",
    a.starts_at AS "startsAt", a.ends_at AS "endsAt", a.time_zone AS "timeZone", a.status, a.reason,
    a.staff_note AS "staffNote", a.reschedule_count AS "rescheduleCount", a.cancelled_by AS "cancelledBy",
    a.cancel_reason AS "cancelReason", a.price_amount AS "priceAmount", a.price_currency AS "priceCurrency",
    ARRAY(SELECT y.status FROM appointment_payments y WHERE y.appointment_id = a.id) AS "paymentStates",
    a.revision, a.version, a.created_at AS "createdAt", a.updated_at AS "updatedAt"
  FROM appointments a
  JOIN doctors d ON d.id = a.doctor_id
  JOIN patients p ON p.id = a.patient_id
  JOIN appointment_types t ON t.id = a.appointment_type_id`;

type ViewRow = {
  id: string;
  doctorId: string;
  doctorName: string;
  patientId: string;
  patientName: string;
  patientUserId: string | null;
  typeId: string;
  typeName: string;
  startsAt: Date;
  endsAt: Date;
  timeZone: string;
  status: AppointmentStatus;
  reason: string | null;
  staffNote: string | null;
  rescheduleCount: number;
  cancelledBy: Party | null;
  cancelReason: string | null;
  priceAmount: string | null;
  priceCurrency: string | null;
  paymentStates: readonly PaymentState[];
  revision: number;
  version: number;
  createdAt: Date;
  updatedAt: Date;
};

function toView(row: ViewRow): AppointmentView {
  const price: Money | null = toPrice(row);
  return {
    id: row.id,
    doctor: { id: row.doctorId, name: row.doctorName },
    patient: { id: row.patientId, name: row.patientName },
    patientUserId: row.patientUserId,
    appointmentType: { id: row.typeId, name: row.typeName },
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    timeZone: row.timeZone,
    status: row.status,
    reason: row.reason,
    staffNote: row.staffNote,
    rescheduleCount: row.rescheduleCount,
    cancelledBy: row.cancelledBy,
    cancelReason: row.cancelReason,
    price,
    paymentStatus: paymentStatusOf(
      price,
      row.paymentStates.map((status) => ({ status })),
    ),
    revision: row.revision,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** Each combination of filters has a prepared statement, and so a plan, of its own. */
function listStatement(filter: AppointmentFilter, after: PageKey | undefined, limit: number) {
  const conditions = ['a.deleted_at IS NULL'];
  const values: unknown[] = [];
  const names: string[] = [];
  const add = (name: string, condition: (first: number) => string, ...given: unknown[]): void => {
    if (given.some((value) => value === undefined)) return;
    conditions.push(condition(values.length + 1));
    values.push(...given);
    names.push(name);
  };
  const { doctorId, patientId, patientUserId, from, to, statuses, latestFirst = false } = filter;
  add('doctor', (n) => `a.doctor_id = $${n}`, doctorId);
  add('patient', (n) => `a.patient_id = $${n}`, patientId);
  add('own', (n) => `p.user_id = $${n}`, patientUserId);
  add('from', (n) => `a.starts_at >= $${n}`, from);
  add('to', (n) => `a.starts_at < $${n}`, to);
  add('status', (n) => `a.status = ANY ($${n}::text[])`, statuses && [...statuses]);
  const [startsAtMs, id] = after ?? [];
  const direction = latestFirst ? '<' : '>';
  add(
    'after',
    (n) => `(a.starts_at, a.id) ${direction} ($${n}::timestamptz, $${n + 1}::uuid)`,
    startsAtMs === undefined ? undefined : new Date(Number(startsAtMs)),
    id,
  );
  const order = latestFirst ? 'DESC' : 'ASC';
  const text = `${VIEW} WHERE ${conditions.join(' AND ')}
    ORDER BY a.starts_at ${order}, a.id ${order} LIMIT $${values.length + 1}`;
  return { name: ['clinic_appointments', order, ...names].join('_'), text, values: [...values, limit + 1] };
}

const HISTORY = `
  SELECT h.line::float8 AS line, h.appointment_id AS "appointmentId", h.at, h.by_user_id AS "byId", u.name AS "byName",
    h.from_status AS "from", h.to_status AS "to", h.starts_at AS "startsAt",
    CASE WHEN h.to_status = 'cancelled' AND h.from_status <> 'cancelled' THEN a.cancel_reason END AS reason
  FROM appointment_history h JOIN appointments a ON a.id = h.appointment_id
  LEFT JOIN public_users u ON u.id = h.by_user_id`;
type HistoryRow = Omit<HistoryItem, 'by'> & {
  appointmentId: string;
  byId: string | null;
  byName: string | null;
};
const toHistory = ({ byId, byName, ...line }: HistoryRow): HistoryItem & { appointmentId: string } => ({
  line: line.line,
  appointmentId: line.appointmentId,
  at: line.at,
  by: byId === null ? null : { id: byId, name: byName ?? '' },
  from: line.from,
  to: line.to,
  startsAt: line.startsAt,
  reason: line.reason,
});

const ACCESS = `
  SELECT l.id, l.at, l.by_user_id AS "byId", u.name AS "byName", l.action, l.resource
  FROM patient_access_log l JOIN public_users u ON u.id = l.by_user_id`;
type AccessRow = { id: string; at: Date; byId: string; byName: string; action: string; resource: string };
const toAccess = ({ id, at, byId, byName, action, resource }: AccessRow): AccessItem => ({
  id,
  at,
  by: { id: byId, name: byName },
  action,
  resource,
});

const PAYMENT = `
  SELECT y.id, y.appointment_id AS "appointmentId", y.method, y.amount, y.currency, y.status,
    y.card_last4 AS "cardLast4", y.request_handle AS "requestHandle", y.created_by AS "createdBy",
    y.created_at AS "createdAt", y.updated_at AS "updatedAt"
  FROM appointment_payments y`;

const CALENDAR = `
  SELECT a.id, a.starts_at AS "startsAt", a.ends_at AS "endsAt", a.status, a.revision,
    a.created_at AS "createdAt", a.updated_at AS "updatedAt"
  FROM appointments a`;
const CALENDAR_END = 'a.deleted_at IS NULL AND a.starts_at >= $1 ORDER BY a.starts_at, a.id';

const TEXTS = {
  appointment: `${VIEW} WHERE a.id = $1 AND a.deleted_at IS NULL`,
  affected: `${VIEW} WHERE a.doctor_id = $1 AND ${LIVE}
      AND tstzrange(a.busy_from, a.busy_until, '[)') && tstzrange($2, $3, '[)')
    ORDER BY a.starts_at, a.id LIMIT 1000`,
  history: `${HISTORY} WHERE h.appointment_id = $1
      AND ($2::bigint IS NULL OR h.line > $2)
    ORDER BY h.line LIMIT $3`,
  access: `${ACCESS} WHERE l.patient_id = $1 AND ($2::timestamptz IS NULL OR (l.at, l.id) < ($2, $3::uuid))
    ORDER BY l.at DESC, l.id DESC LIMIT $4`,
  mailSubject: `
    SELECT a.id, a.starts_at AS "startsAt", a.status, a.revision, p.email
    FROM appointments a JOIN patients p ON p.id = a.patient_id WHERE a.id = $1 AND a.deleted_at IS NULL`,
  inDoubt: `
    ${PAYMENT} WHERE y.status = 'processing' AND y.created_at < $1
    UNION ALL
    ${PAYMENT} WHERE y.status = 'failed' AND y.updated_at > $2
    ORDER BY status DESC, "createdAt", id LIMIT $3`,
  calendar: `${CALENDAR} WHERE ${CALENDAR_END}`,
  calendarOfPatient: `${CALENDAR} JOIN patients p ON p.id = a.patient_id WHERE p.user_id = $2 AND ${CALENDAR_END}`,
  calendarOfDoctor: `${CALENDAR} JOIN doctors d ON d.id = a.doctor_id WHERE d.user_id = $2 AND ${CALENDAR_END}`,
  recordPatient: `SELECT ${PATIENT_COLUMNS} FROM patients p WHERE p.id = $1`,
  recordAppointments: `${VIEW} WHERE a.patient_id = $1 AND a.deleted_at IS NULL ORDER BY a.starts_at, a.id`,
  recordHistory: `${HISTORY} WHERE a.patient_id = $1 AND a.deleted_at IS NULL ORDER BY h.line`,
  recordPayments: `${PAYMENT} JOIN appointments a ON a.id = y.appointment_id
    WHERE a.patient_id = $1 ORDER BY y.created_at, y.id`,
  recordAccess: `${ACCESS} WHERE l.patient_id = $1 ORDER BY l.at, l.id`,
} as const;

const toPaymentView = (row: PaymentColumns): PaymentView => {
  const { id, appointmentId, method, amount, currency, status, cardLast4, createdAt } = toPayment(row);
  return { id, appointmentId, method, amount: { amount, currency }, status, cardLast4, createdAt };
};

type AppointmentQueries = Pick<
  ClinicQueries,
  | 'appointments'
  | 'appointment'
  | 'affectedBy'
  | 'history'
  | 'accessLog'
  | 'record'
  | 'mailSubject'
  | 'calendar'
  | 'paymentsInDoubt'
>;

/** The queries about appointments. */
export function makeAppointmentQueries({
  database,
  timed,
}: {
  database: Database;
  timed: (after: PageKey | undefined) => unknown[];
}): AppointmentQueries {
  const rows = <Row extends object>(name: keyof typeof TEXTS, values: readonly unknown[]): Promise<Row[]> =>
    database.rows<Row>({ name: `clinic_${name}`, text: TEXTS[name] }, values);
  return {
    async appointments(filter, { limit, after }) {
      const { name, text, values } = listStatement(filter, after, limit);
      const found = await database.rows<ViewRow>({ name, text }, values);
      return toPage(found.map(toView), limit, ({ startsAt, id }) => [startsAt.getTime(), id]);
    },
    async appointment(id) {
      const [row] = await rows<ViewRow>('appointment', [id]);
      return row && toView(row);
    },
    async affectedBy(doctorId, { from, to }) {
      return (await rows<ViewRow>('affected', [doctorId, from, to])).map(toView);
    },
    async history(appointmentId, { limit, after }) {
      const found = await rows<HistoryRow>('history', [appointmentId, after?.[0] ?? null, limit + 1]);
      return toPage(found.map(toHistory), limit, ({ line }) => [line]);
    },
    async accessLog(patientId, { limit, after }) {
      const found = await rows<AccessRow>('access', [patientId, ...timed(after), limit + 1]);
      return toPage(found.map(toAccess), limit, ({ at, id }) => [at.getTime(), id]);
    },
    async record(patientId) {
      const [patient] = await rows<PatientColumns>('recordPatient', [patientId]);
      if (patient === undefined) return undefined;
      return {
        patient: toPatient(patient),
        appointments: (await rows<ViewRow>('recordAppointments', [patientId])).map(toView),
        history: (await rows<HistoryRow>('recordHistory', [patientId])).map(toHistory),
        payments: (await rows<PaymentColumns>('recordPayments', [patientId])).map(toPaymentView),
        accessLog: (await rows<AccessRow>('recordAccess', [patientId])).map(toAccess),
      };
    },
    async mailSubject(appointmentId) {
      return (await rows<MailSubject>('mailSubject', [appointmentId]))[0];
    },
    async calendar(whose, since) {
      if (whose === 'everybody') return rows<CalendarEntry>('calendar', [since]);
      return 'doctorUserId' in whose
        ? rows<CalendarEntry>('calendarOfDoctor', [since, whose.doctorUserId])
        : rows<CalendarEntry>('calendarOfPatient', [since, whose.patientUserId]);
    },
    async paymentsInDoubt({ begunBefore, failedSince }, limit) {
      return (await rows<PaymentColumns>('inDoubt', [begunBefore, failedSince, limit])).map(toPayment);
    },
  };
}

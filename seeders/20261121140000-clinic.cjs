'use strict';

const STAFF = '01999999-0002-7000-8000-000000000002';
const MEMBER = '01999999-0003-7000-8000-000000000003';
const ZONE = 'Europe/Berlin';
const CURRENCY = 'EUR';
const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

const DOCTOR = 'c001';
const TYPE = 'c002';
const PATIENT = 'c003';
const APPOINTMENT = 'c004';
const AWAY = 'c005';
const id = (group, number) => `01999999-${group}-7000-8000-${String(number).padStart(12, '0')}`;

const DOCTORS = [
  ['Dr. Ida Falk', 'ida.falk@praxis.test', 'General practice', true],
  ['Dr. Tomás Rivera', 'tomas.rivera@praxis.test', 'Dermatology', true],
  ['Noor Haddad', 'noor.haddad@praxis.test', 'Physiotherapy', true],
  ['Dr. Emil Sand', 'emil.sand@praxis.test', 'General practice', false],
].map(([name, email, specialty, isActive], index) => ({
  id: id(DOCTOR, index + 1),
  name,
  email,
  specialty,
  isActive,
}));

/** Monday to Friday, with a break at noon. */
const HOURS = DOCTORS.flatMap(({ id: doctorId }) =>
  [1, 2, 3, 4, 5].flatMap((weekday) => [
    { doctorId, weekday, from: 9 * 60, until: 12 * 60 },
    { doctorId, weekday, from: 14 * 60, until: 17 * 60 },
  ]),
);

const TYPES = [
  { name: 'Consultation', minutes: 30, before: 0, after: 0, price: 4500, approval: false },
  { name: 'Check-up', minutes: 45, before: 0, after: 15, price: 9000, approval: true },
  { name: 'Physiotherapy', minutes: 50, before: 0, after: 10, price: 6500, approval: false },
  { name: 'Phone call', minutes: 15, before: 0, after: 0, price: null, approval: false },
].map((type, index) => ({ id: id(TYPE, index + 1), ...type }));

/** Some of the demo's members, and people without an account. */
const PATIENTS = [
  ['Mira Lindqvist', 'member@praxis.test', MEMBER],
  ['Anna Berger', 'anna.berger@praxis.test', id('0004', 1)],
  ['Bruno Castellani', 'bruno.castellani@praxis.test', id('0004', 2)],
  ['Chiara Delgado', 'chiara.delgado@praxis.test', id('0004', 3)],
  ['Daniel Eriksen', 'daniel.eriksen@praxis.test', id('0004', 4)],
  ['Elif Aydin', 'elif.aydin@praxis.test', id('0004', 5)],
  ['Farid Haddad', 'farid.haddad@praxis.test', id('0004', 6)],
  ['Greta Holm', 'greta.holm@praxis.test', id('0004', 7)],
  ['Henrik Jansson', 'henrik.jansson@praxis.test', id('0004', 8)],
  ['Ines Kowalska', 'ines.kowalska@praxis.test', id('0004', 9)],
  ['Oskar Nyberg', null, null],
  ['Petra Olsen', 'petra.olsen@praxis.test', null],
  ['Quirin Pohl', null, null],
  ['Rosa Quist', 'rosa.quist@praxis.test', null],
  ['Stefan Rauch', null, null],
].map(([name, email, userId], index) => ({
  id: id(PATIENT, index + 1),
  name,
  email,
  userId,
  phone: `+49 30 5550${String(100 + index)}`,
  birthDate: `${String(1948 + index * 4)}-0${String(1 + (index % 9))}-1${String(index % 9)}`,
}));

const format = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE,
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});
/** What the doctors' clocks show, as if it were UTC. */
function wallMs(instantMs) {
  const part = Object.fromEntries(format.formatToParts(instantMs).map(({ type, value }) => [type, value]));
  return Date.parse(`${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:00Z`);
}
/** Working hours never meet the hours in which the clocks change, so one correction is enough. */
const fromWallMs = (ms) => ms - (wallMs(ms) - ms);

/** Working days on each side of the first one that is not over. */
const WORKING_DAYS = 10;

/**
 * The wall clock's midnights of the working days, by number. 0 is today, or Monday at a weekend, so that what stands in
 * the diary does not depend on the weekday on which the demo is loaded.
 */
function workingDays(nowMs) {
  const isWorkingDay = (dayMs) => ![0, 6].includes(new Date(dayMs).getUTCDay());
  const todayMs = Math.floor(wallMs(nowMs) / DAY_MS) * DAY_MS;
  const before = [];
  for (let dayMs = todayMs - DAY_MS; before.length < WORKING_DAYS; dayMs -= DAY_MS)
    if (isWorkingDay(dayMs)) before.unshift(dayMs);
  const after = [];
  for (let dayMs = todayMs; after.length <= WORKING_DAYS; dayMs += DAY_MS)
    if (isWorkingDay(dayMs)) after.push(dayMs);
  return [...before, ...after].map((dayMs, index) => [index - WORKING_DAYS, dayMs]);
}

/**
 * The last hour of every working day is free, so the first free start is on day 0 or 1. The demo member has no
 * appointment on these days and can therefore book it.
 */
const isKeptFree = (patientId, day) => patientId === PATIENTS[0].id && (day === 0 || day === 1);

/** Ten working days back and ten ahead: three doctors, five times a day, not all of them taken. */
function appointments(nowMs) {
  const made = [];
  for (const [day, dayMs] of workingDays(nowMs))
    for (const [slot, hour] of [9, 10, 11, 14, 15].entries())
      for (const [doctor, { id: doctorId }] of DOCTORS.slice(0, 3).entries()) {
        const turn = (day + WORKING_DAYS) * 5 + slot * 3 + doctor * 5;
        // Doctors differ by five, so that nobody is in two places.
        const patientId = PATIENTS[turn % PATIENTS.length].id;
        if (turn % 4 === 3 || isKeptFree(patientId, day)) continue;
        const type = doctor === 2 ? TYPES[2] : TYPES[[0, 3, 1, 0, 0, 3, 0, 0][turn % 8]];
        const startMs = fromWallMs(dayMs + hour * 60 * MINUTE_MS);
        const over = startMs + 60 * MINUTE_MS < nowMs;
        const status = statusOf(turn, over, type.approval);
        const steps = STEPS[status](type.approval);
        const startsAt = new Date(startMs);
        const endsAt = new Date(startMs + type.minutes * MINUTE_MS);
        const madeAt = new Date(Math.min(nowMs, startMs) - 3 * DAY_MS);
        made.push({
          id: id(APPOINTMENT, made.length + 1),
          doctorId,
          patientId,
          typeId: type.id,
          startsAt,
          endsAt,
          busyFrom: new Date(startMs - type.before * MINUTE_MS),
          busyUntil: new Date(startMs + (type.minutes + type.after) * MINUTE_MS),
          status,
          price: type.price,
          cancelledBy: status === 'cancelled' ? 'patient' : null,
          madeAt,
          changedAt: steppedAt(steps.at(-1), { startsAt, endsAt, madeAt }),
          steps,
        });
      }
  return made;
}

function statusOf(turn, over, approval) {
  if (turn % 17 === 0) return 'cancelled';
  if (over) return turn % 13 === 0 ? 'noShow' : 'fulfilled';
  return approval && turn % 3 !== 0 ? 'requested' : 'booked';
}

const booked = (approval) => (approval ? ['requested', 'booked'] : ['booked']);
const STEPS = {
  requested: () => ['requested'],
  booked,
  fulfilled: (approval) => [...booked(approval), 'arrived', 'fulfilled'],
  noShow: (approval) => [...booked(approval), 'noShow'],
  cancelled: (approval) => [...booked(approval), 'cancelled'],
};

/** When an appointment came into a status: never later than now, because what is over has ended before now. */
const steppedAt = (status, { startsAt, endsAt, madeAt }) =>
  ({
    arrived: startsAt,
    fulfilled: endsAt,
    noShow: endsAt,
    cancelled: new Date(madeAt.getTime() + DAY_MS),
  })[status] ?? madeAt;

const historyOf = (list) =>
  list.flatMap(({ id: appointmentId, startsAt, endsAt, steps, madeAt }) =>
    steps.map((to, index) => ({
      appointmentId,
      from: steps[index - 1] ?? null,
      to,
      startsAt,
      at: steppedAt(to, { startsAt, endsAt, madeAt }),
    })),
  );

function practice(now) {
  const made = appointments(now.getTime());
  return {
    now,
    doctors: DOCTORS,
    hours: HOURS,
    types: TYPES,
    patients: PATIENTS,
    appointments: made,
    history: historyOf(made),
    away: [
      {
        id: id(AWAY, 1),
        doctorId: DOCTORS[1].id,
        startsAt: new Date(now.getTime() + 20 * DAY_MS),
        endsAt: new Date(now.getTime() + 27 * DAY_MS),
        note: 'Holidays',
      },
    ],
  };
}

/** One statement: all of it or nothing. */
const INSERT = `
  WITH data AS (SELECT $1::json AS j, ($1::json ->> 'now')::timestamptz AS now), doctor AS (
    INSERT INTO doctors (id, name, email, specialty, time_zone, is_active, hours_version, created_at, updated_at, version)
    SELECT id, name, email, specialty, '${ZONE}', "isActive", 2, now, now, 1
    FROM data, json_to_recordset(j -> 'doctors') AS d (id uuid, name text, email text, specialty text, "isActive" boolean)
  ), hours AS (
    INSERT INTO working_hours (doctor_id, weekday, from_minute, until_minute)
    SELECT "doctorId", weekday, "from", "until"
    FROM data, json_to_recordset(j -> 'hours') AS h ("doctorId" uuid, weekday int, "from" int, "until" int)
  ), away AS (
    INSERT INTO time_off (id, doctor_id, starts_at, ends_at, note, created_at)
    SELECT id, "doctorId", "startsAt", "endsAt", note, now FROM data,
      json_to_recordset(j -> 'away') AS o (id uuid, "doctorId" uuid, "startsAt" timestamptz, "endsAt" timestamptz, note text)
  ), type AS (
    INSERT INTO appointment_types (id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes,
      min_notice_minutes, cancel_notice_minutes, max_reschedules, price_amount, price_currency, needs_approval,
      created_at, updated_at, version)
    SELECT id, name, minutes, before, after, 60, 1440, 3, price, CASE WHEN price IS NOT NULL THEN '${CURRENCY}' END,
      approval, now, now, 1
    FROM data, json_to_recordset(j -> 'types') AS t (id uuid, name text, minutes int, before int, after int, price bigint,
      approval boolean)
  ), patient AS (
    INSERT INTO patients (id, user_id, name, email, phone, birth_date, created_at, updated_at, version)
    SELECT id, "userId", name, email, phone, "birthDate", now, now, 1
    FROM data, json_to_recordset(j -> 'patients') AS p (id uuid, "userId" uuid, name text, email text, phone text,
      "birthDate" date)
  ), appointment AS (
    INSERT INTO appointments (id, doctor_id, patient_id, appointment_type_id, starts_at, ends_at, busy_from, busy_until,
      time_zone, status, reschedule_count, cancelled_by, price_amount, price_currency, revision, created_at, updated_at,
      version)
    SELECT id, "doctorId", "patientId", "typeId", "startsAt", "endsAt", "busyFrom", "busyUntil", '${ZONE}', status, 0,
      "cancelledBy", price, CASE WHEN price IS NOT NULL THEN '${CURRENCY}' END, json_array_length(steps), "madeAt",
      "changedAt", json_array_length(steps)
    FROM data, json_to_recordset(j -> 'appointments') AS a (id uuid, "doctorId" uuid, "patientId" uuid, "typeId" uuid,
      "startsAt" timestamptz, "endsAt" timestamptz, "busyFrom" timestamptz, "busyUntil" timestamptz, status text,
      "cancelledBy" text, price bigint, "madeAt" timestamptz, "changedAt" timestamptz, steps json)
  )
  INSERT INTO appointment_history (appointment_id, at, by_user_id, from_status, to_status, starts_at)
  SELECT "appointmentId", at, $2::uuid, "from", "to", "startsAt"
  FROM data, json_to_recordset(j -> 'history') AS h ("appointmentId" uuid, at timestamptz, "from" text, "to" text,
    "startsAt" timestamptz)
`;

// Refused by the foreign keys once others have booked these doctors: then they stay. One query, so that it is one
// transaction whoever runs it, and `SET LOCAL` lasts to its end.
const DELETE = `
  SET LOCAL praxis.maintenance = 'on';
  DELETE FROM appointment_history WHERE appointment_id::text LIKE '01999999-${APPOINTMENT}-%';
  DELETE FROM patient_access_log WHERE patient_id::text LIKE '01999999-${PATIENT}-%';
  DELETE FROM appointments WHERE id::text LIKE '01999999-${APPOINTMENT}-%';
  DELETE FROM patients WHERE id::text LIKE '01999999-${PATIENT}-%';
  DELETE FROM appointment_types WHERE id::text LIKE '01999999-${TYPE}-%';
  DELETE FROM doctors WHERE id::text LIKE '01999999-${DOCTOR}-%';
  SET LOCAL praxis.maintenance = 'off';
`;

module.exports = {
  up: ({ sequelize }) => sequelize.query(INSERT, { bind: [JSON.stringify(practice(new Date())), STAFF] }),
  down: ({ sequelize }) => sequelize.query(DELETE),
};

/** Select lists with the attribute names of the models; `d`, `p`, `a` and `t` are the table aliases. */
export const DOCTOR_COLUMNS = `d.id, d.name, d.email, d.specialty, d.time_zone AS "timeZone", d.user_id AS "userId",
  d.is_active AS "isActive", d.hours_version AS "hoursVersion", d.created_at AS "createdAt",
  d.updated_at AS "updatedAt", d.version`;
export const PATIENT_COLUMNS = `p.id, p.user_id AS "userId", p.name, p.email, p.phone,
  to_char(p.birth_date, 'YYYY-MM-DD') AS "birthDate", p.anonymised_at AS "anonymisedAt",
  p.created_at AS "createdAt", p.updated_at AS "updatedAt", p.version`;
export const APPOINTMENT_COLUMNS = `a.id, a.doctor_id AS "doctorId", a.patient_id AS "patientId",
  a.appointment_type_id AS "appointmentTypeId", a.starts_at AS "startsAt", a.ends_at AS "endsAt",
  a.busy_from AS "busyFrom", a.busy_until AS "busyUntil", a.time_zone AS "timeZone", a.status, a.reason,
  a.staff_note AS "staffNote", a.reschedule_count AS "rescheduleCount", a.cancelled_by AS "cancelledBy",
  a.cancel_reason AS "cancelReason", a.price_amount AS "priceAmount", a.price_currency AS "priceCurrency",
  a.revision, a.created_at AS "createdAt", a.updated_at AS "updatedAt", a.version, a.deleted_at AS "deletedAt"`;
export const TYPE_COLUMNS = `t.id, t.name, t.duration_minutes AS "durationMinutes",
  t.buffer_before_minutes AS "bufferBeforeMinutes", t.buffer_after_minutes AS "bufferAfterMinutes",
  t.min_notice_minutes AS "minNoticeMinutes", t.cancel_notice_minutes AS "cancelNoticeMinutes",
  t.max_reschedules AS "maxReschedules", t.price_amount AS "priceAmount", t.price_currency AS "priceCurrency",
  t.needs_approval AS "needsApproval", t.retired_at AS "retiredAt", t.created_at AS "createdAt",
  t.updated_at AS "updatedAt", t.version`;

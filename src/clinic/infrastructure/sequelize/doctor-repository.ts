import type { Transaction } from 'sequelize';
import { invalidField, versionMismatch } from '../../../kernel/errors.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import type { DoctorRepository } from '../../application/ports.js';
import { nextDoctorVersion } from '../../domain/doctor.js';
import { doctorAccountTaken, doctorHasAppointments } from '../../domain/errors.js';
import { DOCTOR_COLUMNS } from './columns.js';
import type { ClinicModels, DoctorColumns } from './models.js';
import { toDoctor } from './rows.js';

function translate(error: unknown): unknown {
  switch (violatedConstraint(error) ?? '') {
    case 'doctors_user_id_key':
      return doctorAccountTaken();
    case 'doctors_user_id_fkey':
      return invalidField('/userId', 'names no user');
    case 'appointments_doctor_id_fkey':
      return doctorHasAppointments();
    default:
      return error;
  }
}

const translated = async <Result>(work: Promise<Result>): Promise<Result> => {
  try {
    return await work;
  } catch (error) {
    throw translate(error);
  }
};

export const LOCK_DOCTORS: Statement = {
  name: 'clinic_lock_doctors',
  text: `SELECT ${DOCTOR_COLUMNS} FROM doctors d WHERE d.id = ANY ($1::uuid[]) ORDER BY d.id FOR NO KEY UPDATE`,
};

export const makeDoctorRepository = ({
  database,
  clinicModels: { doctors, workingHours, timeOff },
  transaction,
}: {
  database: Database;
  clinicModels: ClinicModels;
  transaction: Transaction;
}): DoctorRepository => ({
  async find(id) {
    const row = await doctors.findByPk(id, { transaction });
    return row === null ? undefined : toDoctor(row);
  },
  async lock(ids) {
    const rows = await database.rows<DoctorColumns>(LOCK_DOCTORS, [ids]);
    return new Map(rows.map((row) => [row.id, toDoctor(row)]));
  },
  async insert(doctor) {
    await translated(doctors.create({ ...doctor }, { transaction, returning: false }));
  },
  async save(doctor) {
    const saved = nextDoctorVersion(doctor);
    const where = { id: doctor.id, version: doctor.version };
    const [count] = await translated(doctors.update({ ...saved }, { where, transaction }));
    if (count === 0) throw versionMismatch();
    return saved;
  },
  async delete(id) {
    await translated(doctors.destroy({ where: { id }, transaction }));
  },
  async hours(doctorId) {
    const order: [string, string][] = [
      ['weekday', 'ASC'],
      ['fromMinute', 'ASC'],
    ];
    const rows = await workingHours.findAll({ where: { doctorId }, order, transaction });
    return rows.map(({ weekday, fromMinute, untilMinute }) => ({ weekday, fromMinute, untilMinute }));
  },
  async replaceHours({ id: doctorId, hoursVersion }, hours) {
    await doctors.update({ hoursVersion }, { where: { id: doctorId }, transaction });
    await workingHours.destroy({ where: { doctorId }, transaction });
    await workingHours.bulkCreate(
      hours.map((window) => ({ doctorId, ...window })),
      { transaction, returning: false },
    );
  },
  async insertTimeOff(away) {
    await timeOff.create({ ...away }, { transaction, returning: false });
  },
  async deleteTimeOff(doctorId, timeOffId) {
    return (await timeOff.destroy({ where: { id: timeOffId, doctorId }, transaction })) > 0;
  },
});

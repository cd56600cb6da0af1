import type { Transaction } from 'sequelize';
import { invalidField, versionMismatch } from '../../../kernel/errors.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import { violatedConstraint } from '../../../platform/database/errors.js';
import type { PatientRepository } from '../../application/ports.js';
import { patientFileExists } from '../../domain/errors.js';
import { nextPatientVersion } from '../../domain/patient.js';
import { PATIENT_COLUMNS } from './columns.js';
import type { ClinicModels, PatientColumns } from './models.js';
import { toPatient } from './rows.js';

const FIND: Statement = {
  name: 'clinic_patient_by_id',
  text: `SELECT ${PATIENT_COLUMNS} FROM patients p WHERE p.id = $1`,
};
export const LOCK_PATIENT: Statement = {
  name: 'clinic_lock_patient',
  text: `${FIND.text} FOR NO KEY UPDATE`,
};
const FIND_BY_USER: Statement = {
  name: 'clinic_patient_by_user',
  text: `SELECT ${PATIENT_COLUMNS} FROM patients p WHERE p.user_id = $1`,
};
export const LOCK_PATIENT_OF_USER: Statement = {
  name: 'clinic_lock_patient_by_user',
  text: `${FIND_BY_USER.text} FOR NO KEY UPDATE`,
};

function translate(error: unknown): unknown {
  switch (violatedConstraint(error) ?? '') {
    case 'patients_user_id_key':
      return patientFileExists();
    case 'patients_user_id_fkey':
      return invalidField('/userId', 'names no user');
    default:
      return error;
  }
}

export const makePatientRepository = ({
  database,
  clinicModels: { patients },
  transaction,
}: {
  database: Database;
  clinicModels: ClinicModels;
  transaction: Transaction;
}): PatientRepository => {
  const findBy = (statement: Statement) => async (key: string) => {
    const [row] = await database.rows<PatientColumns>(statement, [key]);
    return row && toPatient(row);
  };
  const findByUser = findBy(FIND_BY_USER);
  return {
    find: findBy(FIND),
    findByUser,
    lock: findBy(LOCK_PATIENT),
    lockByUser: findBy(LOCK_PATIENT_OF_USER),
    async insert(patient) {
      try {
        await patients.create({ ...patient }, { transaction, returning: false });
      } catch (error) {
        throw translate(error);
      }
    },
    async insertUnlessThere(patient) {
      await patients.bulkCreate([{ ...patient }], { transaction, returning: false, ignoreDuplicates: true });
      const there = await findByUser(patient.userId);
      if (there === undefined) throw new Error(`no file of ${patient.userId}`);
      return there;
    },
    async save(patient) {
      const saved = nextPatientVersion(patient);
      const where = { id: patient.id, version: patient.version };
      try {
        const [count] = await patients.update({ ...saved }, { where, transaction });
        if (count === 0) throw versionMismatch();
      } catch (error) {
        throw translate(error);
      }
      return saved;
    },
  };
};

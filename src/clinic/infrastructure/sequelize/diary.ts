import type { Transaction } from 'sequelize';
import { makeTransactionDatabase } from '../../../platform/database/database.js';
import { inOrder } from '../../../platform/database/pipeline.js';
import type { Diary } from '../../application/ports.js';
import { LOCK_DOCTORS } from './doctor-repository.js';
import type { DoctorColumns, PatientColumns } from './models.js';
import { LOCK_PATIENT, LOCK_PATIENT_OF_USER } from './patient-repository.js';
import { toDoctor, toPatient } from './rows.js';
import { readSchedule } from './schedule.js';

/** Takes the locks and reads in one round trip. READ COMMITTED: each statement sees what was committed before it starts. */
export const makeDiary = ({ transaction }: { transaction: Transaction }): Diary => {
  const database = makeTransactionDatabase(transaction);
  return {
    async lockAndRead({ otherDoctorIds = [], ...query }) {
      const { doctorId, patient: key } = query;
      const [doctors, [patient], schedule] = await inOrder([
        database.rows<DoctorColumns>(LOCK_DOCTORS, [[doctorId, ...otherDoctorIds]]),
        'id' in key
          ? database.rows<PatientColumns>(LOCK_PATIENT, [key.id])
          : database.rows<PatientColumns>(LOCK_PATIENT_OF_USER, [key.userId]),
        readSchedule(database, query),
      ]);
      return {
        doctors: new Map(doctors.map((row) => [row.id, toDoctor(row)])),
        patient: patient && toPatient(patient),
        schedule,
      };
    },
  };
};

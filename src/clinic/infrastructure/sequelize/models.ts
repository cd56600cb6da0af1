import { DataTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize';
import type { AppointmentStatus, Party } from '../../domain/appointment.js';
import type { PaymentMethod, PaymentState } from '../../domain/payment.js';

// Sequelize gives BIGINT as text, so that nothing is lost on the way; repositories make numbers of it.
type BigInteger = string;

export type DoctorColumns = {
  id: string;
  name: string;
  email: string;
  specialty: string | null;
  timeZone: string;
  userId: string | null;
  isActive: boolean;
  hoursVersion: number;
  createdAt: Date;
  updatedAt: Date;
  version: number;
};
export type WorkingHoursColumns = {
  doctorId: string;
  weekday: number;
  fromMinute: number;
  untilMinute: number;
};
export type TimeOffColumns = {
  id: string;
  doctorId: string;
  startsAt: Date;
  endsAt: Date;
  note: string | null;
  createdAt: Date;
};
export type AppointmentTypeColumns = {
  id: string;
  name: string;
  durationMinutes: number;
  bufferBeforeMinutes: number;
  bufferAfterMinutes: number;
  minNoticeMinutes: number;
  cancelNoticeMinutes: number;
  maxReschedules: number;
  priceAmount: BigInteger | number | null;
  priceCurrency: string | null;
  needsApproval: boolean;
  retiredAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  version: number;
};
export type PatientColumns = {
  id: string;
  userId: string | null;
  name: string;
  email: string | null;
  phone: string | null;
  birthDate: string | null;
  anonymisedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  version: number;
};
export type AppointmentColumns = {
  id: string;
  doctorId: string;
  patientId: string;
  appointmentTypeId: string;
  startsAt: Date;
  endsAt: Date;
  busyFrom: Date;
  busyUntil: Date;
  timeZone: string;
  status: AppointmentStatus;
  reason: string | null;
  staffNote: string | null;
  rescheduleCount: number;
  cancelledBy: Party | null;
  cancelReason: string | null;
  priceAmount: BigInteger | number | null;
  priceCurrency: string | null;
  revision: number;
  createdAt: Date;
  updatedAt: Date;
  version: number;
  deletedAt: Date | null;
};
export type HistoryColumns = {
  appointmentId: string;
  at: Date;
  byUserId: string | null;
  fromStatus: AppointmentStatus | null;
  toStatus: AppointmentStatus;
  startsAt: Date;
};
export type PaymentColumns = {
  id: string;
  appointmentId: string;
  method: PaymentMethod;
  amount: BigInteger | number;
  currency: string;
  status: PaymentState;
  cardLast4: string | null;
  requestHandle: string | null;
  createdBy: string;
  createdAt: Date;
  updatedAt: Date;
};
export type AccessColumns = {
  id: string;
  patientId: string;
  at: Date;
  byUserId: string;
  action: string;
  resource: string;
};
export type FeedColumns = { id: string; userId: string; tokenHash: string; createdAt: Date };

type Table<Columns extends object> = ModelStatic<Model<Columns, Columns> & Columns>;

export type ClinicModels = Readonly<{
  doctors: Table<DoctorColumns>;
  workingHours: Table<WorkingHoursColumns>;
  timeOff: Table<TimeOffColumns>;
  appointmentTypes: Table<AppointmentTypeColumns>;
  patients: Table<PatientColumns>;
  appointments: Table<AppointmentColumns>;
  history: Table<HistoryColumns>;
  payments: Table<PaymentColumns>;
  accessLog: Table<AccessColumns>;
  feeds: Table<FeedColumns>;
}>;

// Functions, because Sequelize writes the column's name into the object it is given: a shared one would name them all.
const id = () => ({ type: DataTypes.UUID, primaryKey: true });
const uuid = () => ({ type: DataTypes.UUID, allowNull: false });
const uuidOrNull = () => ({ type: DataTypes.UUID, allowNull: true });
const text = () => ({ type: DataTypes.TEXT, allowNull: false });
const textOrNull = () => ({ type: DataTypes.TEXT, allowNull: true });
const integer = () => ({ type: DataTypes.INTEGER, allowNull: false });
const bigInteger = () => ({ type: DataTypes.BIGINT, allowNull: false });
const bigIntegerOrNull = () => ({ type: DataTypes.BIGINT, allowNull: true });
const boolean = () => ({ type: DataTypes.BOOLEAN, allowNull: false });
const instant = () => ({ type: DataTypes.DATE(3), allowNull: false });
const instantOrNull = () => ({ type: DataTypes.DATE(3), allowNull: true });
const dayOrNull = () => ({ type: DataTypes.DATEONLY, allowNull: true });

/** The models of one connection pool. Times and versions are the domain's business, so Sequelize sets neither. */
export function makeClinicModels({ sequelize }: { sequelize: Sequelize }): ClinicModels {
  const options = (tableName: string) => ({ tableName, underscored: true, timestamps: false });

  const doctors: ClinicModels['doctors'] = sequelize.define(
    'doctor',
    {
      id: id(),
      name: text(),
      email: text(),
      specialty: textOrNull(),
      timeZone: text(),
      userId: uuidOrNull(),
      isActive: boolean(),
      hoursVersion: integer(),
      createdAt: instant(),
      updatedAt: instant(),
      version: integer(),
    },
    options('doctors'),
  );
  const workingHours: ClinicModels['workingHours'] = sequelize.define(
    'workingHours',
    {
      doctorId: { ...uuid(), primaryKey: true },
      weekday: { ...integer(), primaryKey: true },
      fromMinute: { ...integer(), primaryKey: true },
      untilMinute: integer(),
    },
    options('working_hours'),
  );
  const timeOff: ClinicModels['timeOff'] = sequelize.define(
    'timeOff',
    {
      id: id(),
      doctorId: uuid(),
      startsAt: instant(),
      endsAt: instant(),
      note: textOrNull(),
      createdAt: instant(),
    },
    options('time_off'),
  );
  const appointmentTypes: ClinicModels['appointmentTypes'] = sequelize.define(
    'appointmentType',
    {
      id: id(),
      name: text(),
      durationMinutes: integer(),
      bufferBeforeMinutes: integer(),
      bufferAfterMinutes: integer(),
      minNoticeMinutes: integer(),
      cancelNoticeMinutes: integer(),
      maxReschedules: integer(),
      priceAmount: bigIntegerOrNull(),
      priceCurrency: textOrNull(),
      needsApproval: boolean(),
      retiredAt: instantOrNull(),
      createdAt: instant(),
      updatedAt: instant(),
      version: integer(),
    },
    options('appointment_types'),
  );
  const patients: ClinicModels['patients'] = sequelize.define(
    'patient',
    {
      id: id(),
      userId: uuidOrNull(),
      name: text(),
      email: textOrNull(),
      phone: textOrNull(),
      birthDate: dayOrNull(),
      anonymisedAt: instantOrNull(),
      createdAt: instant(),
      updatedAt: instant(),
      version: integer(),
    },
    options('patients'),
  );
  const appointments: ClinicModels['appointments'] = sequelize.define(
    'appointment',
    {
      id: id(),
      doctorId: uuid(),
      patientId: uuid(),
      appointmentTypeId: uuid(),
      startsAt: instant(),
      endsAt: instant(),
      busyFrom: instant(),
      busyUntil: instant(),
      timeZone: text(),
      status: text(),
      reason: textOrNull(),
      staffNote: textOrNull(),
      rescheduleCount: integer(),
      cancelledBy: textOrNull(),
      cancelReason: textOrNull(),
      priceAmount: bigIntegerOrNull(),
      priceCurrency: textOrNull(),
      revision: integer(),
      createdAt: instant(),
      updatedAt: instant(),
      version: integer(),
      deletedAt: instantOrNull(),
    },
    options('appointments'),
  );
  const history: ClinicModels['history'] = sequelize.define(
    'appointmentHistory',
    {
      appointmentId: uuid(),
      at: instant(),
      byUserId: uuidOrNull(),
      fromStatus: textOrNull(),
      toStatus: text(),
      startsAt: instant(),
    },
    options('appointment_history'),
  );
  // The line's number is the database's to give.
  history.removeAttribute('id');
  const payments: ClinicModels['payments'] = sequelize.define(
    'appointmentPayment',
    {
      id: id(),
      appointmentId: uuid(),
      method: text(),
      amount: bigInteger(),
      currency: text(),
      status: text(),
      cardLast4: textOrNull(),
      requestHandle: textOrNull(),
      createdBy: uuid(),
      createdAt: instant(),
      updatedAt: instant(),
    },
    options('appointment_payments'),
  );
  const accessLog: ClinicModels['accessLog'] = sequelize.define(
    'patientAccess',
    { id: id(), patientId: uuid(), at: instant(), byUserId: uuid(), action: text(), resource: text() },
    options('patient_access_log'),
  );
  const feeds: ClinicModels['feeds'] = sequelize.define(
    'calendarFeed',
    { id: id(), userId: uuid(), tokenHash: text(), createdAt: instant() },
    options('calendar_feeds'),
  );

  doctors.hasMany(workingHours, { foreignKey: 'doctorId', as: 'workingHours' });
  workingHours.belongsTo(doctors, { foreignKey: 'doctorId', as: 'doctor' });
  doctors.hasMany(timeOff, { foreignKey: 'doctorId', as: 'timeOff' });
  timeOff.belongsTo(doctors, { foreignKey: 'doctorId', as: 'doctor' });
  doctors.hasMany(appointments, { foreignKey: 'doctorId', as: 'appointments' });
  appointments.belongsTo(doctors, { foreignKey: 'doctorId', as: 'doctor' });
  patients.hasMany(appointments, { foreignKey: 'patientId', as: 'appointments' });
  appointments.belongsTo(patients, { foreignKey: 'patientId', as: 'patient' });
  // Both sides of the many-to-many; a doctor and a patient meet as often as they like, so the pair is not unique.
  const through = { model: appointments, unique: false };
  doctors.belongsToMany(patients, { through, foreignKey: 'doctorId', otherKey: 'patientId', as: 'patients' });
  patients.belongsToMany(doctors, { through, foreignKey: 'patientId', otherKey: 'doctorId', as: 'doctors' });
  appointmentTypes.hasMany(appointments, { foreignKey: 'appointmentTypeId', as: 'appointments' });
  appointments.belongsTo(appointmentTypes, { foreignKey: 'appointmentTypeId', as: 'appointmentType' });
  appointments.hasMany(history, { foreignKey: 'appointmentId', as: 'history' });
  history.belongsTo(appointments, { foreignKey: 'appointmentId', as: 'appointment' });
  appointments.hasMany(payments, { foreignKey: 'appointmentId', as: 'payments' });
  payments.belongsTo(appointments, { foreignKey: 'appointmentId', as: 'appointment' });
  patients.hasMany(accessLog, { foreignKey: 'patientId', as: 'accessLog' });
  accessLog.belongsTo(patients, { foreignKey: 'patientId', as: 'patient' });

  return {
    doctors,
    workingHours,
    timeOff,
    appointmentTypes,
    patients,
    appointments,
    history,
    payments,
    accessLog,
    feeds,
  };
}

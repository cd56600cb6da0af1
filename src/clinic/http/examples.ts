/** Example values of the OpenAPI document. */
const at = '2026-11-21T09:00:00.000Z';
export const ids = {
  doctor: '019aa5b2-7c00-7000-8000-000000000011',
  type: '019aa5b2-7c00-7000-8000-000000000012',
  patient: '019aa5b2-7c00-7000-8000-000000000013',
  appointment: '019aa5b2-7c00-7000-8000-000000000014',
  timeOff: '019aa5b2-7c00-7000-8000-000000000015',
  feed: '019aa5b2-7c00-7000-8000-000000000016',
  staff: '019aa5b2-7c00-7000-8000-000000000002',
};

export const exampleDoctor = {
  id: ids.doctor,
  name: 'Dr. Ida Falk',
  specialty: 'General practice',
  timeZone: 'Europe/Berlin',
  isActive: true,
  createdAt: at,
  updatedAt: at,
  version: 1,
};
export const exampleDoctorForStaff = { ...exampleDoctor, email: 'falk@praxis.example', userId: null };

export const exampleHours = {
  weekly: [
    { weekday: 1, from: '09:00', to: '12:30' },
    { weekday: 1, from: '14:00', to: '17:00' },
    { weekday: 3, from: '09:00', to: '12:30' },
  ],
};

export const exampleTimeOff = {
  id: ids.timeOff,
  doctorId: ids.doctor,
  startsAt: '2026-12-24T00:00:00.000Z',
  endsAt: '2027-01-02T00:00:00.000Z',
  note: 'Winter holidays',
  createdAt: at,
};

export const exampleTypeDetails = {
  name: 'Consultation',
  durationMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 10,
  minNoticeMinutes: 120,
  cancelNoticeMinutes: 1440,
  maxReschedules: 3,
  price: { amount: 4500, currency: 'EUR' },
  needsApproval: false,
};
export const exampleType = { id: ids.type, ...exampleTypeDetails, createdAt: at, updatedAt: at, version: 1 };

export const examplePatient = {
  id: ids.patient,
  userId: '019aa5b2-7c00-7000-8000-000000000001',
  name: 'Ana Lind',
  email: 'ana@example.org',
  phone: '+49 30 5550100',
  birthDate: '1990-05-17',
  version: 1,
  createdAt: at,
};
export const exampleFile = {
  name: 'Ana Lind',
  email: 'ana@example.org',
  phone: '+49 30 5550100',
  birthDate: '1990-05-17',
};

export const exampleAppointment = {
  id: ids.appointment,
  doctor: { id: ids.doctor, name: 'Dr. Ida Falk' },
  patient: { id: ids.patient, name: 'Ana Lind' },
  appointmentType: { id: ids.type, name: 'Consultation' },
  startsAt: '2026-11-23T08:00:00.000Z',
  endsAt: '2026-11-23T08:30:00.000Z',
  timeZone: 'Europe/Berlin',
  status: 'booked',
  reason: null,
  rescheduleCount: 0,
  cancelledBy: null,
  cancelReason: null,
  price: { amount: 4500, currency: 'EUR' },
  paymentStatus: 'unpaid',
  version: 1,
  createdAt: at,
};

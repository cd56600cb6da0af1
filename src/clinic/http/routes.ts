import { appointmentPaymentRoutes } from './appointment-payment-routes.js';
import { appointmentRoutes } from './appointment-routes.js';
import { appointmentTypeRoutes } from './appointment-type-routes.js';
import { calendarRoutes } from './calendar-routes.js';
import { doctorRoutes } from './doctor-routes.js';
import { patientRoutes } from './patient-routes.js';

export const clinicRoutes = [
  ...doctorRoutes,
  ...appointmentTypeRoutes,
  ...patientRoutes,
  ...appointmentRoutes,
  ...appointmentPaymentRoutes,
  ...calendarRoutes,
];

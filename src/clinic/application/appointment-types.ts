import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { Practice } from '../../kernel/practice.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import {
  changeAppointmentType,
  newAppointmentType,
  retireAppointmentType,
} from '../domain/appointment-type.js';
import { assertVersion, type ExpectedVersion } from './expected-version.js';
import type {
  AppointmentType,
  AppointmentTypeRepository,
  ClinicPorts,
  ClinicQueries,
  TypeDetails,
} from './ports.js';

type Dependencies = Readonly<{
  clinicUnitOfWork: UnitOfWork<ClinicPorts>;
  practice: Practice;
  clock: Clock;
  ids: IdGenerator;
}>;

/** Those that can be booked, by name. */
export type ListAppointmentTypes = (query: Readonly<{ page: PageRequest }>) => Promise<Page<AppointmentType>>;
export const makeListAppointmentTypes =
  ({ clinicQueries }: Readonly<{ clinicQueries: ClinicQueries }>): ListAppointmentTypes =>
  ({ page }) =>
    clinicQueries.appointmentTypes(page);

const present = (type: AppointmentType | undefined): AppointmentType => {
  if (type?.retiredAt !== null) throw notFound('appointment type');
  return type;
};

/** not_found, also for one that was retired. */
export type ViewAppointmentType = (query: Readonly<{ typeId: string }>) => Promise<AppointmentType>;
export const makeViewAppointmentType =
  ({ clinicQueries }: Readonly<{ clinicQueries: ClinicQueries }>): ViewAppointmentType =>
  async ({ typeId }) =>
    present(await clinicQueries.appointmentType(typeId));

/** invalid `validation`, `currency-mismatch` */
export type AddAppointmentType = (details: TypeDetails) => Promise<AppointmentType>;
export const makeAddAppointmentType =
  ({ clinicUnitOfWork, practice, clock, ids }: Dependencies): AddAppointmentType =>
  (details) => {
    const type = newAppointmentType(ids.next(), details, practice.currency, clock.now());
    return clinicUnitOfWork.run(async ({ appointmentTypes }) => {
      await appointmentTypes.insert(type);
      return type;
    });
  };

const lockPresent = async (
  appointmentTypes: AppointmentTypeRepository,
  typeId: string,
  expectedVersion: ExpectedVersion,
): Promise<AppointmentType> => {
  const type = present(await appointmentTypes.lock(typeId));
  assertVersion(type, expectedVersion);
  return type;
};

/** What was booked before keeps length, buffers and price. not_found, stale `version-mismatch`, invalid as above. */
export type ChangeAppointmentType = (
  command: Readonly<{ typeId: string; changes: Partial<TypeDetails>; expectedVersion: ExpectedVersion }>,
) => Promise<AppointmentType>;
export const makeChangeAppointmentType =
  ({ clinicUnitOfWork, practice, clock }: Dependencies): ChangeAppointmentType =>
  ({ typeId, changes, expectedVersion }) =>
    clinicUnitOfWork.run(async ({ appointmentTypes }) => {
      const type = await lockPresent(appointmentTypes, typeId, expectedVersion);
      return appointmentTypes.save(changeAppointmentType(type, changes, practice.currency, clock.now()));
    });

/** Deletes a type; one that was ever booked is retired instead, for appointments keep its name. not_found, stale. */
export type RemoveAppointmentType = (
  command: Readonly<{ typeId: string; expectedVersion: ExpectedVersion }>,
) => Promise<void>;
export const makeRemoveAppointmentType =
  ({ clinicUnitOfWork, clock }: Dependencies): RemoveAppointmentType =>
  ({ typeId, expectedVersion }) =>
    clinicUnitOfWork.run(async ({ appointmentTypes }) => {
      const type = await lockPresent(appointmentTypes, typeId, expectedVersion);
      if (!(await appointmentTypes.deleteUnused(typeId)))
        await appointmentTypes.save(retireAppointmentType(type, clock.now()));
    });

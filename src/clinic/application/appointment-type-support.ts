import { notFound } from '../../kernel/errors.js';
import { assertVersion, type ExpectedVersion } from '../../kernel/expected-version.js';
import type { AppointmentType, AppointmentTypeRepository } from './ports.js';

export const present = (type: AppointmentType | undefined): AppointmentType => {
  if (type?.retiredAt !== null) throw notFound('appointment type');
  return type;
};

export const lockPresent = async (
  appointmentTypes: AppointmentTypeRepository,
  typeId: string,
  expectedVersion: ExpectedVersion,
): Promise<AppointmentType> => {
  const type = present(await appointmentTypes.lock(typeId));
  assertVersion(type, expectedVersion);
  return type;
};

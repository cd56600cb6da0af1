import type { AppointmentType } from '../../domain/appointment-type.js';

export interface AppointmentTypeRepository {
  find(id: string): Promise<AppointmentType | undefined>;
  lock(id: string): Promise<AppointmentType | undefined>;
  insert(type: AppointmentType): Promise<void>;
  save(type: AppointmentType): Promise<AppointmentType>;
  /** Deletes a type that no appointment refers to; otherwise returns false. */
  deleteUnused(id: string): Promise<boolean>;
}

import { z } from 'zod';
import { idOut, instant, money, moneyIn } from '../../platform/http/requests/schemas.js';
import { TYPE_RANGES, type AppointmentType } from '../application/ports.js';
import { name } from './schemas.js';

const ranged = (field: keyof typeof TYPE_RANGES) =>
  z.int().min(TYPE_RANGES[field][0]).max(TYPE_RANGES[field][1]);
const typeFields = {
  name,
  durationMinutes: ranged('durationMinutes'),
  bufferBeforeMinutes: ranged('bufferBeforeMinutes'),
  bufferAfterMinutes: ranged('bufferAfterMinutes'),
  minNoticeMinutes: ranged('minNoticeMinutes'),
  cancelNoticeMinutes: ranged('cancelNoticeMinutes'),
  maxReschedules: ranged('maxReschedules'),
  price: moneyIn.nullable(),
  needsApproval: z.boolean(),
};
const DEFAULT_RESCHEDULES = 3;
export const typeIn = z.strictObject({
  ...typeFields,
  bufferBeforeMinutes: typeFields.bufferBeforeMinutes.default(0),
  bufferAfterMinutes: typeFields.bufferAfterMinutes.default(0),
  minNoticeMinutes: typeFields.minNoticeMinutes.default(0),
  cancelNoticeMinutes: typeFields.cancelNoticeMinutes.default(0),
  maxReschedules: typeFields.maxReschedules.default(DEFAULT_RESCHEDULES),
  price: typeFields.price.default(null),
  needsApproval: typeFields.needsApproval.default(false),
});
export const typeChanges = z.strictObject(typeFields).partial();
export const typeView = z
  .object({
    id: idOut,
    ...typeFields,
    name: z.string(),
    price: money.nullable(),
    createdAt: instant,
    updatedAt: instant,
    version: z.int().min(1),
  })
  .meta({ id: 'AppointmentType' });
export const toTypeView = (type: AppointmentType): z.infer<typeof typeView> => ({
  id: type.id,
  name: type.name,
  durationMinutes: type.durationMinutes,
  bufferBeforeMinutes: type.bufferBeforeMinutes,
  bufferAfterMinutes: type.bufferAfterMinutes,
  minNoticeMinutes: type.minNoticeMinutes,
  cancelNoticeMinutes: type.cancelNoticeMinutes,
  maxReschedules: type.maxReschedules,
  price: type.price,
  needsApproval: type.needsApproval,
  createdAt: type.createdAt.toISOString(),
  updatedAt: type.updatedAt.toISOString(),
  version: type.version,
});

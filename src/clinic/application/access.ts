import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { AccessEntry, AccessLog, Caller, ClinicPorts } from './ports.js';

/** A response with data of patients; `resource` is the path of the request. */
export type AccessRecord = Readonly<{
  caller: Caller;
  action: string;
  resource: string;
  patientIds: readonly string[];
}>;

type Dependencies = Readonly<{ clock: Clock; ids: IdGenerator }>;

const entriesOf = ({ caller, action, resource, patientIds }: AccessRecord, { clock, ids }: Dependencies) =>
  [...new Set(patientIds)].map((patientId): AccessEntry => ({
    id: ids.next(),
    patientId,
    at: clock.now(),
    by: caller.userId,
    action,
    resource,
  }));

/** Logs an access of staff in the caller's transaction. Access of patients to their own data is not logged. */
export async function logAccess(
  accessLog: AccessLog,
  access: AccessRecord,
  dependencies: Dependencies,
): Promise<void> {
  if (access.caller.isStaff) await accessLog.append(entriesOf(access, dependencies));
}

/** Logs an access of staff in a transaction of its own, before the response to a read is sent. */
export type AccessAuditor = (access: AccessRecord) => Promise<void>;

export const makeAccessAuditor =
  ({
    clinicUnitOfWork,
    clock,
    ids,
  }: Dependencies & Readonly<{ clinicUnitOfWork: UnitOfWork<ClinicPorts> }>): AccessAuditor =>
  async (access) => {
    if (!access.caller.isStaff || access.patientIds.length === 0) return;
    await clinicUnitOfWork.runInNewTransaction(({ accessLog }) =>
      logAccess(accessLog, access, { clock, ids }),
    );
  };

import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { AccessEntry, AccessLog, Caller, ClinicPorts } from './ports.js';

/** An answer with patients' data in it. `resource` is the path it was found under. */
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

/** Notes in the caller's transaction what staff will be shown; what patients see of their own is nobody's business. */
export async function logAccess(
  accessLog: AccessLog,
  access: AccessRecord,
  dependencies: Dependencies,
): Promise<void> {
  if (access.caller.isStaff) await accessLog.append(entriesOf(access, dependencies));
}

/** Notes it before the answer of a mere read goes out, in a transaction of its own: no note, no answer. */
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

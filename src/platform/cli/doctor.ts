import type { Config } from '../config/config.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { checkHome, checkMail, checkPort, checkProxy, checkPublicUrl, checkSecret } from './doctor-checks.js';
import { checkDatabase } from './doctor-database-checks.js';
import { examine, explainedOr, orElse, type Report } from './finding.js';

/** Checks everything that Praxis needs and prints `ok` or `fault` for each. Returns whether all checks passed. */
export async function runDoctor(loadConfig: () => Config, print: (line: string) => void): Promise<boolean> {
  let healthy = true;
  const report: Report = (subject, finding) => {
    if ('ok' in finding) print(`ok     ${subject.padEnd(14)} ${finding.ok}`);
    else {
      healthy = false;
      print(`fault  ${subject.padEnd(14)} ${finding.fault}; ${finding.remedy}`);
    }
  };
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const { name, problem, remedy } of error.faults)
      report('configuration', { fault: `${name} ${problem}`, remedy });
    return false;
  }
  report('configuration', { ok: config.production ? 'for production' : 'not for production' });
  await examine(
    'home',
    report,
    () => checkHome(config),
    orElse('make PRAXIS_HOME a folder that this user may write'),
  );
  await examine('public URL', report, () => checkPublicUrl(config), orElse('correct PUBLIC_URL'));
  await examine('secret', report, () => checkSecret(config), orElse('make it readable to this user'));
  await examine('port', report, () => checkPort(config), explainedOr('correct HOST and PORT'));
  await examine('proxy', report, () => checkProxy(config), orElse('make PRAXIS_HOME readable to this user'));
  await checkDatabase(config, report);
  await examine('mail', report, () => checkMail(config), orElse('correct MAIL_URL'));
  return healthy;
}

import { hasCode } from '../../error-code.js';
import { ConfigurationError, type ConfigurationFault } from '../../config/configuration-error.js';

type Wanted = Readonly<{ variable: 'PORT' | 'METRICS_PORT'; host: string; port: number }>;

/** Most systems allow only root to bind ports below this one. */
const LOWEST_UNPRIVILEGED = 1024;

function faultOf(error: unknown, { variable, host, port }: Wanted): ConfigurationFault | undefined {
  if (hasCode(error, 'EADDRINUSE'))
    return {
      name: variable,
      problem: `${port} is taken: another program, or another Praxis, listens on it at ${host}`,
      remedy: `stop that one, or set ${variable} to another port`,
    };
  if (hasCode(error, 'EACCES', 'EPERM'))
    return {
      name: variable,
      problem: `${port} is refused to this user by the system`,
      remedy: `set ${variable} to ${LOWEST_UNPRIVILEGED} or above, or give the process CAP_NET_BIND_SERVICE`,
    };
  if (hasCode(error, 'EADDRNOTAVAIL', 'ENOTFOUND', 'EINVAL', 'EAFNOSUPPORT'))
    return {
      name: 'HOST',
      problem: `${host} is no address of this machine`,
      remedy: 'set 127.0.0.1, 0.0.0.0 for every address, or one of its own',
    };
  return undefined;
}

/** Explains why a server could not listen; throws ConfigurationError, or `error` itself where no setting is the reason. */
export function throwListenFault(error: unknown, wanted: Wanted): never {
  const fault = faultOf(error, wanted);
  throw fault === undefined ? error : new ConfigurationError([fault]);
}

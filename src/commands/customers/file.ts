// Who is who, for the commands about customers: the file that --customers names, or the configuration's.
import type { Config } from '../../config.js';
import { refuseOtherTraffic } from '../../db/open-traffic.js';
import { UserError } from '../../errors.js';
import type { CustomerFile } from '../../partners/customer-file.js';
import type { Directory } from '../../partners/directory.js';
import { partsOf } from '../../partners/load.js';
import { optionalConfig } from '../terminal/options.js';

export interface CustomersOptions {
  config?: string;
  customers?: string;
}

interface WhoIsWho {
  /** Without the entries of the customer file that have a mistake. */
  directory: Directory;
  file: CustomerFile | undefined;
  localDomains: readonly string[];
  traffic: string | undefined;
}

/** With --customers alone the configuration is not needed, and what was counted is not looked at. */
export function whoIsWho({ customers, config }: CustomersOptions): WhoIsWho {
  const configured: Config | undefined = customers && !config ? undefined : optionalConfig(config);
  if (!customers && !configured)
    throw new UserError('There is no configuration: name a customer file with --customers FILE.');
  if (configured) refuseOtherTraffic(configured.database.traffic);
  const parts = partsOf(customers ? { customersFile: customers } : (configured ?? {}));
  return { ...parts, localDomains: configured?.policy.localDomains ?? [], traffic: configured?.database.traffic };
}

// Who is who, for the commands about customers: the file that --customers names, or the configuration's.
import type { Config } from '../../config.js';
import { UserError } from '../../errors.js';
import type { Directory } from '../../partners/directory.js';
import { mergeDirectory } from '../../partners/load.js';
import { optionalConfig } from '../terminal/options.js';

export interface CustomersOptions {
  config?: string;
  customers?: string;
}

/** With --customers alone the configuration is not needed, and what was counted is not looked at. */
export function whoIsWho({ customers, config }: CustomersOptions): {
  directory: Directory;
  localDomains: readonly string[];
  traffic: string | undefined;
} {
  const configured: Config | undefined = customers && !config ? undefined : optionalConfig(config);
  if (!customers && !configured)
    throw new UserError('There is no configuration: name a customer file with --customers FILE.');
  const directory = mergeDirectory(customers ? { customersFile: customers } : (configured ?? {}));
  return { directory, localDomains: configured?.policy.localDomains ?? [], traffic: configured?.database.traffic };
}

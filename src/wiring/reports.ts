// Where the mail server hands over the mail of the address that reports go to.
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import type { Lmtp } from '../intake/reports/lmtp.js';
import type { Spool } from './spool.js';

/** Listens when the configuration says where; undefined when it does not. Throws UserError. */
export async function startReports({ intake }: Config, spool: Spool, log: Logger): Promise<Lmtp | undefined> {
  const { listen, beyondLoopback } = intake.lmtp;
  if (listen === undefined) return undefined;
  const { startLmtp } = await import('../intake/reports/lmtp.js');
  return startLmtp({
    listen,
    isOpen: beyondLoopback,
    spool: spool.writer,
    onError: (error) => log.error({ err: error }, 'a report could not be kept'),
  });
}

// Containment as configured: the book, the policy server on it, and whose message it is.
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import type { Book, Hits } from '../containment/book.js';
import type { Containment } from '../containment/containment.js';
import { createPostfixMta, type PostfixMta } from '../containment/mtas/postfix/index.js';
import type { ListenAddress } from '../containment/mtas/postfix/listen-address.js';
import type { Db } from '../db/open.js';
import { UserError } from '../errors.js';
import { type FollowedBlocks, followBlocks } from '../incidents/followed-blocks.js';
import { containmentsInForce, toContainment } from '../incidents/store.js';
import { localSet } from '../mail/address.js';
import { UNATTRIBUTED } from '../mail/customer.js';
import type { Directory } from '../partners/directory.js';
import { sharedOwners, shareOwners } from '../partners/owners.js';
import { identitiesIn } from './identities.js';
import { PolicyThread } from './policy-thread.js';
import { whoseMail } from './whose-mail.js';

interface MtaParts {
  config: Config;
  directory: Directory;
  book: Book;
  log: Logger;
  now: () => number;
  /** Told what people should know of the policy server, in words. */
  alert: (text: string) => void;
}

export interface WiredMta extends PostfixMta, Pick<PolicyThread, 'learn'>, Pick<FollowedBlocks, 'ofOthers'> {
  /** Why a containment cannot be in force by the configuration as it is; undefined when nothing stands against it. */
  whyNot(containment: Containment): string | undefined;
}

/** Builds it; nothing listens before `start`. */
export function createMta({ config, directory, book, log, now, alert }: MtaParts): WiredMta {
  const { policy, support, routes } = config;
  const customers = new Map(directory.customers.map((customer) => [customer.id, customer]));
  const owners = shareOwners(directory.customers, localSet(policy.localDomains));
  const known = sharedOwners(owners);
  let thread: PolicyThread | undefined;
  const mta = createPostfixMta({
    listen: parseListen(policy.listen),
    door: (parts) => {
      thread = new PolicyThread(parts, owners, { onHung: alert });
      return thread;
    },
    book,
    routes: Object.fromEntries(routes.map(({ name, transport }) => [name, transport])),
    texts: {
      phone: support.phone ?? support.url ?? support.name,
      suspendWith: policy.suspendWith === 'defer' ? 'DEFER' : 'REJECT',
    },
    nameOf: (id) => customers.get(id)?.name ?? id,
    localDomains: policy.localDomains,
    ...(policy.exportTable
      ? {
          export: {
            path: policy.exportTable,
            identitiesOf: identitiesIn(directory),
            attribute: whoseMail(known, { localDomains: policy.localDomains }),
          },
        }
      : {}),
    onError: (error) => log.warn({ err: error }, 'policy server'),
    now,
  });
  const isKnown = (id: string) => id === UNATTRIBUTED || customers.has(id);
  const whyNot = ({ action, customer, route = '' }: Containment) => {
    if (action === 'reroute' && !routes.some(({ name }) => name === route))
      return `route "${route}" is not in the configuration. Lift it and re-route anew`;
    return action === 'block-sender' || isKnown(customer)
      ? undefined
      : `the customer file names no "${customer}": nobody can tell its mail from other mail`;
  };
  const { asKnown, ofOthers } = followBlocks(directory, known, isKnown);
  return {
    ...mta,
    start: (inForce, earlier) =>
      mta.start([...inForce].filter((one) => whyNot(one) === undefined).map(asKnown), earlier),
    async apply(containment) {
      const why = whyNot(containment);
      if (why !== undefined) throw new UserError(why);
      await mta.apply(asKnown(containment));
    },
    whyNot,
    ofOthers,
    learn: async (learned) => thread?.learn(learned),
  };
}

/** What is in force by the database, with the requests each has decided so far: what `start` takes. */
export function inForce(db: Db): [Containment[], Map<number, Hits>] {
  const rows = containmentsInForce(db);
  const hit = rows.filter(({ hits }) => hits > 0);
  return [
    rows.map(toContainment),
    new Map(hit.map(({ id, hits, lastHitAt }) => [id, { count: hits, lastAt: lastHitAt ?? 0 }])),
  ];
}

function parseListen(text: string): ListenAddress {
  if (text.startsWith('unix:')) return { path: text.slice('unix:'.length) };
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(text.slice(at + 1)) };
}

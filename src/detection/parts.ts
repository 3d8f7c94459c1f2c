// What a detector is made of. Each part is made once; those whose state is saved read it back through `load`.

import type { Delivery } from '../mail/event.js';
import type { Directory } from '../partners/directory.js';
import { Alarms } from './alarms.js';
import { Background, type SavedBackground } from './background.js';
import { Blocks } from './blocks.js';
import type { NamesOfRelay } from './clues/client-names.js';
import { Clients } from './clues/clients.js';
import { Familiar } from './clues/familiar.js';
import { Phantoms } from './clues/phantoms.js';
import { Popularity } from './clues/popularity.js';
import { Slowdowns } from './clues/slowdowns.js';
import { CustomerHabits } from './identities/customer-habits.js';
import { Identities } from './identities/identities.js';
import type { Identity } from './identities/identity.js';
import { Judged } from './identities/judged.js';
import { Owners } from './identities/owners.js';
import { type Route, Routes } from './identities/routes.js';
import { identityOf, type SavedHabit, type SavedIdentity } from './identities/saved-identity.js';
import { DEFAULT_THRESHOLDS, type Thresholds } from './thresholds.js';

export interface DetectorOptions {
  directory: Directory;
  /** Domains that Postfix appends to logins; see partners/attribution.ts. */
  localDomains?: readonly string[];
  thresholds?: Partial<Thresholds>;
  /** Identities kept in memory, with `load` at a commit; see identities.ts for who goes first. */
  maxIdentities?: number;
  /** What was saved under a key; without it everything stays in memory. Throws what the database throws. */
  load?: (key: string) => object | undefined;
  /** What was saved under keys that begin with `prefix`, which ends with `|`, and hold `part`; for `explain`. */
  loadMatching?: (prefix: string, part: string, most: number) => object[];
  /** Is told of recipients that a customer had not written to before. */
  onNewRecipients?: (event: Delivery, customer: string, count: number, route: Route) => void;
}

/** The parts of a detector that knows nothing yet. */
export function makeParts(directory: Directory, options: Omit<DetectorOptions, 'directory'>) {
  const { load } = options;
  const thresholds = { ...DEFAULT_THRESHOLDS, ...options.thresholds };
  const owners = new Owners(directory, options.localDomains ?? []);
  const background = new Background(thresholds, load && ((key) => load(key) as SavedBackground | undefined));
  const identities = new Identities({
    most: options.maxIdentities,
    leastRecipients: thresholds.leastRecipients,
    load: load && ((key) => readBack(load(key) as SavedIdentity | undefined)),
  });
  const customers = new CustomerHabits(load && ((key) => load(key) as SavedHabit | undefined));
  const familiar = new Familiar();
  return {
    owners,
    routes: new Routes(owners),
    blocks: new Blocks(directory),
    background,
    identities,
    customers,
    familiar,
    popularity: new Popularity(),
    slowdowns: new Slowdowns(),
    clients: new Clients(load && ((key) => load(key) as NamesOfRelay | undefined)),
    judged: new Judged(identities),
    phantoms: new Phantoms(identities, familiar),
    alarms: new Alarms(identities, customers, background),
  };
}

/** An identity as it was saved; undefined when nothing was. */
export function readBack(saved: SavedIdentity | undefined): Identity | undefined {
  return saved && identityOf(saved);
}

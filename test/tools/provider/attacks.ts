// What must be found: the list of it. Each function draws its own parameters; the name says what a person would call it.
import {
  addressBook,
  afterBruteForce,
  atNight,
  blindCopies,
  burst,
  cleanList,
  inWaves,
  manyNetworks,
  mixedWithOwner,
  phishedMailboxes,
  slowDrip,
} from './attacks-mailbox.js';
import {
  autoreplyFlood,
  backscatter,
  colleagues,
  foreignForged,
  fraudSignUp,
  infectedMachine,
  newsletterStolen,
  ownInvented,
  smarthostStolen,
  underNewsletter,
  webForm,
} from './attacks-server.js';
import type { Auth, Customer } from './model.js';
import type { World } from './world.js';

export interface Attack {
  name: string;
  /** Who can be hit; everybody when left out. */
  auth?: readonly Auth[];
  /** Fewest mailboxes. */
  least?: number;
  happens: (world: World, customer: Customer, day: number) => void;
}

export const ATTACKS: readonly Attack[] = [
  { name: 'burst', happens: burst },
  { name: 'slow drip', happens: slowDrip },
  { name: 'many phished mailboxes', auth: ['mailbox', 'platform'], least: 5, happens: phishedMailboxes },
  { name: 'stolen smarthost login', auth: ['smarthost'], happens: smarthostStolen },
  { name: 'infected machine', auth: ['address', 'smarthost'], happens: infectedMachine },
  { name: 'forged own senders', auth: ['mailbox', 'smarthost', 'platform'], happens: ownInvented },
  { name: 'forged foreign senders', auth: ['mailbox', 'smarthost', 'address'], happens: foreignForged },
  { name: "colleagues' addresses", least: 4, happens: colleagues },
  { name: 'clean bought list', happens: cleanList },
  { name: 'backscatter', auth: ['address', 'smarthost'], happens: backscatter },
  { name: 'autoreplies to forged strangers', happens: autoreplyFlood },
  { name: 'web form', happens: webForm },
  { name: "phish to the mailbox's address book", happens: addressBook },
  { name: 'night only', happens: atNight },
  { name: 'after failed logins', auth: ['mailbox'], happens: afterBruteForce },
  { name: 'rotating networks', auth: ['mailbox', 'smarthost'], happens: manyNetworks },
  { name: 'on a newsletter day', happens: underNewsletter },
  { name: "among the owner's mail", auth: ['mailbox', 'platform'], happens: mixedWithOwner },
  { name: 'fraudulent sign-up', happens: fraudSignUp },
  { name: 'blind copies', happens: blindCopies },
  { name: 'in waves', happens: inWaves },
  { name: 'stolen newsletter account', happens: newsletterStolen },
];

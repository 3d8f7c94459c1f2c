// Whose message is it? As the relay says, where it does; else in this order: the SASL login (exactly, else its domain), the client
// address if it is one customer's alone, the sender's domain, and last what was learned of the address (learned-hints.ts). Hosted mail
// platforms share addresses among customers, so there only the sender's domain tells. Pure but for what it remembers: it is asked for
// every message, mostly about logins, addresses and senders that it was asked about before.
import { addressKey, domainOf, formsOf, localSet, loginKey } from '../mail/address.js';
import { UNATTRIBUTED } from '../mail/customer.js';
import { addressLookup, type Identified, type Owners, ownersOf } from './owners.js';

export interface Origin {
  login?: string | undefined;
  clientIp?: string | undefined;
  /** Envelope sender, lower case. */
  sender: string;
  /** Customer id that the relay itself gave with the message. */
  customer?: string | undefined;
}

export interface Attribution {
  /** Customer id or UNATTRIBUTED. */
  customer: string;
  /** What decided. `nothing` goes with UNATTRIBUTED. */
  by: By;
  /** The sender is declared as bulk mail of this customer. */
  isDeclaredBulk: boolean;
}

export type By = 'login' | 'address' | 'sender' | 'hint' | 'nothing';
/** Answers are shared: who changed one would change it for all. */
export type Attribute = (origin: Origin) => Readonly<Attribution>;

interface Customers {
  customers: readonly Identified[];
}

export interface AttributionOptions {
  /**
   * Domains that Postfix appends to a login without one (`smtpd_sasl_local_domain`): `anna` and `anna@relay.example` are then one
   * login, in the directory too. With any other domain it is somebody else's: customers may all have an `info`.
   */
  localDomains?: readonly string[];
  /** Customer that mail from a client address is taken for when nothing else says whose it is. */
  hintFor?: (clientIp: string) => string | undefined;
}

/** Builds the look-ups once; the function it answers is called for every message. */
export function buildAttribution({ customers }: Customers, options: AttributionOptions = {}): Attribute {
  return attributionBy(ownersOf(customers, localSet(options.localDomains)), options);
}

/** The same by look-ups that are there. */
export function attributionBy(
  owners: Owners,
  { localDomains, hintFor = () => undefined }: AttributionOptions = {},
): Attribute {
  const local = localSet(localDomains);
  const answersFor = answersWhenAsked(owners);
  const ofLogin = remembering((login) =>
    answersFor(owners.ofLogin(addressKey(loginKey(login, local))) ?? owners.ofLoginDomain(addressKey(domainOf(login)))),
  );
  const ofAddress = remembering((clientIp) => answersFor(owners.ofAddress(clientIp)));
  const ofSender = remembering((sender) => answersFor(owners.ofSenderDomain(addressKey(domainOf(sender)))));

  const usual = ({ login, clientIp, sender }: Origin): Readonly<Attribution> => {
    let found = login === undefined ? undefined : ofLogin(login);
    if (found) return answer(found, 'login', sender);
    found = clientIp === undefined ? undefined : ofAddress(clientIp);
    if (found) return answer(found, 'address', sender);
    found = ofSender(sender);
    if (found) return answer(found, 'sender', sender);
    found = clientIp === undefined ? undefined : answersFor(hintFor(clientIp));
    return found ? answer(found, 'hint', sender) : NOBODYS;
  };
  return (origin) => {
    const found = usual(origin);
    const { customer } = origin;
    if (customer === undefined || customer === found.customer) return found;
    // The relay's word decides. How the message came in (login, address, domain) is known from ours alone, if that names the same customer.
    const named = answersFor(customer);
    return named ? answer(named, 'sender', origin.sender) : found;
  };
}

/**
 * Reports whether what is seen of a client address may tell whose it is: not of one that a customer has (then that is known), that two
 * claim, or that two share.
 */
export function hintableAddresses({ customers }: Customers): (clientIp: string) => boolean {
  return rememberingMay(addressLookup(customers).mayHint);
}

const NOBODYS: Readonly<Attribution> = { customer: UNATTRIBUTED, by: 'nothing', isDeclaredBulk: false };

/** All answers there are for a customer, made once. */
interface Answers {
  plain: Readonly<Record<By, Readonly<Attribution>>>;
  /** For senders of declared bulk mail, where there are any. */
  bulk: Readonly<Record<By, Readonly<Attribution>>>;
  /** Senders of declared bulk mail; undefined for none. */
  declared: ReadonlySet<string> | undefined;
}

/** Made when first asked for: of 100,000 customers most send nothing for days. */
function answersWhenAsked(owners: Owners): (customer: string | undefined) => Answers | undefined {
  const made = new Map<string, Answers>();
  return (id) => {
    if (id === undefined) return undefined;
    let answers = made.get(id);
    if (answers) return answers;
    const declared = owners.declaredBy(id);
    if (!declared) return undefined;
    answers = answersOf(id, declared);
    made.set(id, answers);
    return answers;
  };
}

function answersOf(id: string, declaredSenders: readonly string[]): Answers {
  const by = (isDeclaredBulk: boolean): Answers['plain'] => {
    const one = (by: By): Attribution => ({ customer: id, by, isDeclaredBulk });
    // One literal: an object that is spread of several gets a layout of its own from V8, which takes more memory than the object.
    return {
      login: one('login'),
      address: one('address'),
      sender: one('sender'),
      hint: one('hint'),
      nothing: one('nothing'),
    };
  };
  const plain = by(false);
  if (declaredSenders.length === 0) return { plain, bulk: plain, declared: undefined };
  return { plain, bulk: by(true), declared: new Set(declaredSenders.flatMap(formsOf)) };
}

function answer({ plain, bulk, declared }: Answers, by: By, sender: string): Readonly<Attribution> {
  return declared?.has(sender) ? bulk[by] : plain[by];
}

const REMEMBERED = 100_000;

/** Looks each name up once. */
function remembering(look: (name: string) => Answers | undefined): (name: string) => Answers | undefined {
  const known = new Map<string, Answers | null>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found ?? undefined;
    const looked = look(name);
    if (known.size >= REMEMBERED) known.clear();
    known.set(name, looked ?? null);
    return looked;
  };
}

/** The same for a question with two answers. */
function rememberingMay(may: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    let found = known.get(name);
    if (found === undefined) {
      found = may(name);
      if (known.size >= REMEMBERED) known.clear();
      known.set(name, found);
    }
    return found;
  };
}

// Containment on Postfix: a policy server that answers from memory, and optionally a table that holds while it is down.
import { UserError } from '../../../errors.js';
import type { Book, Hits } from '../../book.js';
import type { Attribute, Containment } from '../../containment.js';
import type { Mta } from '../../mta.js';
import { Export, type ExportState } from './export.js';
import type { ListenAddress } from './listen-address.js';
import type { DoorParts, PolicyDoor } from './policy-door.js';
import type { PolicyServerSnapshot } from './policy-server.js';
import { DEFAULT_TEXTS, type NameOf, type ReplyTexts } from './reply-texts.js';
import type { Identities } from './table-rows.js';

export interface PostfixMtaOptions {
  listen: ListenAddress;
  /** Where Postfix asks: in this thread or in one of its own. */
  door: (parts: DoorParts) => PolicyDoor;
  /** What is in force and what it did. From here on it is changed through the Mta alone, so that door and exported table follow. */
  book: Book;
  /** Route name → `transport:destination` as FILTER takes it, e.g. `smtp:[192.0.2.25]:25`. */
  routes: Readonly<Record<string, string>>;
  texts?: Partial<ReplyTexts>;
  /** A customer's name for the reply texts; the id unless given. */
  nameOf?: NameOf;
  /** Domains that Postfix appends to bare logins; the same as the book's. */
  localDomains?: readonly string[];
  /** `silenceMs`: how long we must have been silent before the table counts; 60 s. */
  export?: {
    path: string;
    identitiesOf: (customer: string) => Identities;
    attribute: Attribute;
    silenceMs?: number;
  };
  onError?: (error: unknown) => void;
  now?: () => number;
}

export interface PostfixMta extends Mta {
  /** Loads what is in force, then listens, so that the first answer is right. Resolves with the address in use. */
  start(inForce: Iterable<Containment>, earlier?: ReadonlyMap<number, Hits>): Promise<ListenAddress>;
  /** Lets answers finish, closes the door and the table, which counts from then on. */
  stop(): Promise<void>;
  snapshot(): PolicyServerSnapshot;
  /** How the exported table is; undefined where there is none. */
  exported(): ExportState | undefined;
}

/** Makes containment on Postfix; nothing is open before `start`. Throws UserError for a route FILTER would not take. */
export function createPostfixMta(options: PostfixMtaOptions): PostfixMta {
  const { listen, book, localDomains = [], onError = () => {}, now = Date.now } = options;
  const texts = { ...DEFAULT_TEXTS, ...options.texts };
  const nameOf = options.nameOf ?? ((customer) => customer);
  const routes = checkedRoutes(options.routes);
  const onHits = (id: number, count: number) => book.countHit(id, now(), count);
  const door = options.door({ listen, texts, routes, nameOf, localDomains, onHits, onError });
  const exported =
    options.export &&
    new Export({
      ...options.export,
      texts,
      nameOf,
      localDomains,
      inForce: () => book.list(),
      isAnswering: () => door.isAnswering,
      now,
      onError,
    });

  return {
    async start(inForce, earlier) {
      book.replaceAll(inForce, earlier);
      exported?.open();
      try {
        const address = await door.open(book.list());
        exported?.begin();
        return address;
      } catch (error) {
        exported?.close();
        throw error;
      }
    },
    async stop() {
      await door.close();
      exported?.close();
    },
    async apply(containment) {
      if (containment.action === 'reroute' && !routes.has(containment.route ?? '')) {
        throw new UserError(
          `route "${containment.route ?? ''}" is not in the configuration; there are: ${[...routes.keys()].join(', ') || 'none'}`,
        );
      }
      book.put(containment);
      exported?.follow();
      await door.put(containment);
    },
    async lift({ id }) {
      book.remove(id);
      exported?.follow();
      await door.remove(id);
    },
    snapshot: () => door.snapshot(),
    exported: () => exported?.state(),
  };
}

/** `transport:destination` in printable ASCII without blanks: anything else would end or split the policy reply. */
function checkedRoutes(routes: Readonly<Record<string, string>>): Map<string, string> {
  for (const [name, destination] of Object.entries(routes)) {
    if (!/^[A-Za-z0-9_-]+:[\x21-\x7e]+$/.test(destination)) {
      throw new UserError(`route "${name}": "${destination}" is not transport:destination, e.g. smtp:[192.0.2.25]:25`);
    }
  }
  return new Map(Object.entries(routes));
}

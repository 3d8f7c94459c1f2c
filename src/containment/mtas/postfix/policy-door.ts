// The door that Postfix asks at: the policy server with the containments in force behind it. It may stand in any thread.
import { type Book, createBook } from '../../book.js';
import type { Attribute, Containment } from '../../containment.js';
import type { ListenAddress } from './listen-address.js';
import { answerRequest } from './policy-answer.js';
import { PolicyServer, type PolicyServerSnapshot } from './policy-server.js';
import type { NameOf, ReplyTexts } from './reply-texts.js';

export interface PolicyDoor {
  /** Loads what is in force, then listens, so that the first answer is right. Throws UserError when the address cannot be had. */
  open(inForce: Iterable<Containment>): Promise<ListenAddress>;
  /** Adds a containment, or replaces the one with its id: when the promise resolves, the next request is decided by it. */
  put(containment: Containment): Promise<void>;
  /** Forgets a containment, in the same way. Unknown ids are ignored. */
  remove(id: number): Promise<void>;
  readonly isAnswering: boolean;
  snapshot(): PolicyServerSnapshot;
  /** Lets answers finish, tells what was counted, closes. */
  close(): Promise<void>;
}

export interface DoorParts {
  listen: ListenAddress;
  texts: ReplyTexts;
  /** Route name → `transport:destination` as FILTER takes it. */
  routes: ReadonlyMap<string, string>;
  nameOf: NameOf;
  /** Domains that Postfix appends to bare logins. */
  localDomains: readonly string[];
  /** Told how many more requests a containment has decided. */
  onHits: (id: number, count: number) => void;
  onError: (error: unknown) => void;
}

/** Makes the door in this thread. */
export function createPolicyDoor(parts: DoorParts, attribute: Attribute): PolicyDoor {
  const book: Book = createBook({ localDomains: parts.localDomains });
  const { texts, routes, nameOf } = parts;
  const deps = { rules: book, attribute, texts, routes, nameOf, onHit: (id: number) => parts.onHits(id, 1) };
  const server = new PolicyServer({
    listen: parts.listen,
    answer: (request) => answerRequest(request, deps),
    onError: parts.onError,
  });
  return {
    async open(inForce) {
      book.replaceAll(inForce);
      return server.listen();
    },
    put: async (containment) => book.put(containment),
    remove: async (id) => book.remove(id),
    get isAnswering() {
      return server.isListening;
    },
    snapshot: () => server.snapshot(),
    close: () => server.stop(),
  };
}

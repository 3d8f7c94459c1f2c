// What a mail server must do for us, whichever it is. The comments are the contract; test/contract/mta.ts holds every MTA to it.
import type { Containment } from './containment.js';

/** How an MTA's containment is doing, for /healthz and the Home tab. Detail keys and values are the MTA's own, JSON-safe. */
export interface MtaHealth {
  /** Reports whether containments have effect now. */
  ok: boolean;
  /** One sentence for a person: what works, or what does not and since when. */
  summary: string;
  detail: Record<string, unknown>;
}

export interface Mta {
  /** The MTA's name in config.yml, e.g. `postfix`. */
  readonly name: string;

  /**
   * Puts a containment in force: when the promise resolves, the next message is decided by it. Again with the same id changes
   * nothing, or replaces it when its content differs. Throws UserError for one that this MTA cannot carry out (a route it
   * does not have), and leaves everything as it was.
   */
  apply(containment: Containment): Promise<void>;

  /** Ends a containment by its id; mail flows as if it had never been. One that is not in force is no error. */
  lift(containment: Pick<Containment, 'id'>): Promise<void>;

  /** What is in force, read back from where the MTA is told: never what we meant to tell it. Oldest first. */
  list(): Promise<Containment[]>;

  /** Never throws and never waits for the network. */
  health(): Promise<MtaHealth>;
}

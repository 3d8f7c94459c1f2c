// What a mail server must do for us, whichever it is. The comments are the contract; test/contract/mta.ts holds every MTA to it.
import type { Containment } from './containment.js';

export interface Mta {
  /**
   * Puts a containment in force: when the promise resolves, the next message is decided by it. Again with the same id changes
   * nothing, or replaces it when its content differs. Throws UserError for one that this MTA cannot carry out (a route it
   * does not have), and leaves everything as it was.
   */
  apply(containment: Containment): Promise<void>;

  /** Ends a containment by its id; mail flows as if it had never been. One that is not in force is no error. */
  lift(containment: Pick<Containment, 'id'>): Promise<void>;
}

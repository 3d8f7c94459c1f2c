// The strip above the channels: what the relay accepted and refused, customer by customer.
import { renderToStaticMarkup } from 'react-dom/server';

export type CounterState = 'normal' | 'spamming' | 'blocked' | 'suspended' | 'rerouted' | 'listed';

/** What needs a look comes first, then what is held; the caller's order decides within. */
const ranks: Record<CounterState, number> = {
  spamming: 0,
  listed: 0,
  blocked: 1,
  suspended: 1,
  rerouted: 1,
  normal: 2,
};

/** One customer's messages since the start. */
export interface Counter {
  /** Customer id. */
  customer: string;
  name: string;
  accepted: number;
  refused: number;
  state: CounterState;
}

const words: Record<CounterState, string> = {
  normal: 'normal',
  spamming: 'spamming',
  blocked: 'blocked',
  suspended: 'suspended',
  rerouted: 're-routed',
  listed: 'listed',
};

export function countersHtml(counters: Counter[]): string {
  const number = new Intl.NumberFormat('en');
  const inOrder = [...counters].sort((a, b) => ranks[a.state] - ranks[b.state]);
  return renderToStaticMarkup(
    inOrder.map(({ customer, name, accepted, refused, state }) => (
      <li key={customer} className="rw-counter" data-customer={customer} data-state={state}>
        <span className="rw-counter-name">{name}</span>
        <span className="rw-counter-state">{words[state]}</span>
        <span className="rw-counter-figures">
          <span>
            <b data-count="accepted">{number.format(accepted)}</b> accepted
          </span>
          <span className={refused > 0 ? 'rw-refused some' : 'rw-refused'}>
            <b data-count="refused">{number.format(refused)}</b> refused
          </span>
        </span>
      </li>
    )),
  );
}

// The strip above the channels: what the relay accepted and refused, customer by customer.
import { renderToStaticMarkup } from 'react-dom/server';

export type CounterState = 'normal' | 'spamming' | 'partly' | 'blocked' | 'suspended' | 'rerouted' | 'listed';

/**
 * Who spams comes first, then who is held. A listed address stops mail of everybody behind it, so "listed" comes after: it must not push
 * the one who did it off the screen. The caller's order decides within.
 */
const ranks: Record<CounterState, number> = {
  spamming: 0,
  partly: 1,
  blocked: 1,
  suspended: 1,
  rerouted: 1,
  listed: 2,
  normal: 3,
};

/** One customer's mail since the start, in recipients: a message to five of whom one is refused counts four and one. */
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
  partly: 'blocked in part',
  blocked: 'blocked',
  suspended: 'suspended',
  rerouted: 're-routed',
  listed: 'listed',
};

export function countersHtml(counters: Counter[]): string {
  const [first, ...others] = [...counters].sort((a, b) => ranks[a.state] - ranks[b.state]);
  return renderToStaticMarkup(
    <>
      {first ? <Tile {...first} /> : null}
      {others.length > 1 ? <Others others={others} /> : null}
      {others.map((counter) => (
        <Tile key={counter.customer} {...counter} />
      ))}
    </>,
  );
}

function Tile({ customer, name, accepted, refused, state }: Counter) {
  return (
    <li className="rw-counter" data-customer={customer} data-state={state}>
      <span className="rw-counter-name">{name}</span>
      <span className="rw-counter-state">{words[state]}</span>
      <Figures accepted={accepted} refused={refused} />
    </li>
  );
}

/** All but the first in one, for a phone, which shows two: whether everybody else's mail goes on. */
function Others({ others }: { others: Counter[] }) {
  const { state } = others[0] as Counter;
  const sum = (of: 'accepted' | 'refused') => others.reduce((total, counter) => total + counter[of], 0);
  const inState = others.filter((counter) => counter.state === state).length;
  return (
    <li className="rw-counter rw-others" data-state={state}>
      <span className="rw-counter-name">{others.length} others</span>
      <span className="rw-counter-state">{state === 'normal' ? words.normal : `${inState} ${words[state]}`}</span>
      <Figures accepted={sum('accepted')} refused={sum('refused')} />
    </li>
  );
}

function Figures({ accepted, refused }: Pick<Counter, 'accepted' | 'refused'>) {
  const number = new Intl.NumberFormat('en');
  return (
    <span className="rw-counter-figures">
      <span>
        <b data-count="accepted">{number.format(accepted)}</b> accepted
      </span>
      <span className={refused > 0 ? 'rw-refused some' : 'rw-refused'}>
        <b data-count="refused">{number.format(refused)}</b> refused
      </span>
    </span>
  );
}

// A round of looks: few at a time, spread over time, so that thousands of domains neither flood the resolver nor hold anything up.
import type { Resolver } from '../dns/resolver.js';
import { Slots } from '../waiting.js';
import { lookAtAddress } from './address.js';
import { type Ask, createAsk } from './ask.js';
import { lookAtDomain } from './domain.js';
import type { Look } from './look.js';
import { type HygieneSubject, type HygieneWorld, owedBy } from './subjects.js';

interface RoundDeps {
  resolver: Pick<Resolver, 'query'>;
  world: HygieneWorld;
  /** ms */
  now: () => number;
}

interface RoundOptions {
  /** Looks at the same time. */
  parallel?: number;
  /** Waits between two looks' beginnings. */
  pause?: () => Promise<void>;
  /** Ends the round early: looks begun then are dropped. */
  signal?: AbortSignal;
  onLook?: (look: Look, subject: HygieneSubject) => unknown;
}

/** Looks at each subject; the results come in the subjects' order. */
export async function lookAtEach(
  deps: RoundDeps,
  subjects: readonly HygieneSubject[],
  { parallel = 4, pause, signal, onLook }: RoundOptions = {},
): Promise<Look[]> {
  const ask = createAsk(deps.resolver);
  const slots = new Slots(parallel);
  const looks: Look[] = [];
  const running: Promise<void>[] = [];
  const free = () => slots.run(async () => {});
  for (const [i, subject] of subjects.entries()) {
    await free();
    if (signal?.aborted) break;
    running.push(
      slots.run(async () => {
        const look = await lookAt(deps, ask, subject);
        if (signal?.aborted) return;
        looks[i] = look;
        await onLook?.(look, subject);
      }),
    );
    await pause?.();
  }
  await Promise.all(running);
  return looks.filter((look) => look !== undefined);
}

function lookAt({ world, now }: RoundDeps, ask: Ask, subject: HygieneSubject): Promise<Look> {
  if (subject.kind === 'address') {
    const own = world.addresses.find(({ ip }) => ip === subject.ip);
    return lookAtAddress(ask, own ?? { ip: subject.ip }, now(), world);
  }
  const { domain } = subject;
  return lookAtDomain(ask, { domain, ...owedBy(world, subject), selectors: world.selectorsOf(domain) }, now());
}

// Whose mail brought a listing, and what it hits now, wired: the counters, the directory and the record put together.
import type { Context, ListingReaders } from '../context.js';
import { createDayPictures } from '../detection/traffic/day-picture.js';
import { recentSenders } from '../detection/traffic/recent-senders.js';
import { openTrafficHours } from '../detection/traffic/traffic-hours.js';
import { suspectsOf } from '../incidents/culprits/blame.js';
import { rankAnew } from '../incidents/culprits/ranking.js';
import { seriousEntries } from '../incidents/incident.js';
import { measuredAddresses } from '../incidents/listings/egress.js';
import { impactFrom } from '../incidents/listings/impact.js';
import { lastSpam } from '../incidents/quiet.js';
import { outboundAddresses, reroutesInForce } from '../incidents/relays.js';
import { unresolvedIncidents } from '../incidents/store.js';
import type { Parts } from './context.js';

type AttributionParts = Pick<Parts, 'config' | 'directory' | 'db' | 'now'>;
type Readers = Pick<ListingReaders, 'impactOf' | 'suspectsOf' | 'lastSpam' | 'sendersOf' | 'attribute'>;

/** The context's part of it. `ctx` is asked for late: it is built with this. */
export function attributionReaders(parts: AttributionParts, ctx: () => Context): Readers {
  const { config, directory, db, now } = parts;
  const path = config.database.traffic;
  const pictures = createDayPictures({ path, now, addresses: measuredAddresses(directory.relays) });
  return {
    impactOf: (targets) =>
      impactFrom({
        picture: pictures.current(),
        relays: directory.relays,
        outbound: outboundAddresses(directory, config),
        targets,
        alsoListed: listedAddresses(parts),
        reroutes: reroutesInForce(config, db),
        ownerOfDomain: ctx().ownerOfDomain,
      }),
    suspectsOf: (incident) => suspectsOf(db, incident),
    lastSpam: (customer, since) => lastSpam({ db, now, hours: () => openTrafficHours(path) }, customer, since),
    sendersOf: (customer, since) => recentSenders(path, customer, since),
    attribute: async () => {
      await pictures.refresh();
      const deps = { ...ctx(), relays: directory.relays, trafficDb: path };
      for (const incident of unresolvedIncidents(db)) if (await rankAnew(deps, incident)) ctx().outbox.wake();
    },
  };
}

/** What makes a relay not clean: addresses of open incidents, of which more than a note is made. */
function listedAddresses({ db }: AttributionParts): string[] {
  return unresolvedIncidents(db).flatMap(({ subject }) =>
    subject.kind === 'listing' ? seriousEntries(subject).map(({ target }) => target) : [],
  );
}

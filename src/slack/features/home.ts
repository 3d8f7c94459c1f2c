// The Home tab: read anew each time somebody opens it.
import { containmentsInForce, openListings } from '../../incidents/store.js';
import { verdictOn } from '../authorize.js';
import { type Desk, installedTeam } from '../desk.js';
import { readListed, readOpen } from '../digest.js';
import { closedHome, type HomeShape, homeView } from '../messages/home.js';
import { withProof } from '../read.js';
import { troubleOf } from '../web-client.js';
import type { Feature } from './feature.js';
import { helpLines } from './relay.js';

export const home: Feature = {
  name: 'Home tab',
  help: 'open incidents, what is in force and since when, what is listed, and whether everything works',
  event: 'app_home_opened',
  register(app, desk) {
    app.event('app_home_opened', async ({ event, body }) => {
      if (event.tab !== 'home') return;
      const asker = { userId: event.user, name: event.user, teamIds: [body.team_id] };
      const verdict = verdictOn(desk.ctx.config, installedTeam(desk), asker, 'look');
      const view = verdict.allowed ? homeView(readHome(desk)) : closedHome(`Nothing to see here: ${verdict.why}`);
      await publish(desk, event.user, view, (event.view as { hash?: string } | undefined)?.hash);
    });
  },
};

/** With the hash of what was seen, so that an older reading never replaces a newer one. */
async function publish(
  desk: Desk,
  userId: string,
  view: ReturnType<typeof homeView>,
  hash: string | undefined,
): Promise<void> {
  try {
    await desk.client.views.publish({ user_id: userId, view, ...(hash ? { hash } : {}) });
  } catch (error) {
    if (troubleOf(error).code !== 'hash_conflict') throw error;
  }
}

function readHome({ ctx, identity }: Desk): HomeShape {
  return {
    at: ctx.now(),
    open: readOpen({ ...ctx, workspaceUrl: () => identity()?.workspaceUrl }),
    inForce: containmentsInForce(ctx.db).map((row) => withProof(ctx, row)),
    listed: readListed(ctx, openListings(ctx.db)),
    health: ctx.health(),
    help: ['*What you can type*', ...helpLines(ctx.config)],
  };
}

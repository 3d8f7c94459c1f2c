// Telling partners, wired: what a plan is made from, and whether letters go out by themselves.
import type { Context } from '../context.js';
import { notifyDue } from '../notices/automatic.js';
import { noticesSoFar, planNotices } from '../notices/plan.js';
import type { Parts } from './context.js';

type NoticeParts = Pick<Parts, 'config' | 'directory'>;

/** The context's readers of notices. `ctx` is asked for late: it is built with this. */
export function noticeReaders(parts: NoticeParts, ctx: () => Context): Pick<Context, 'noticePlan' | 'noticesOf'> {
  return {
    noticePlan: (incident) => planNotices(depsOf(parts, ctx()), incident),
    noticesOf: (incidentId) => noticesSoFar(depsOf(parts, ctx()), incidentId),
  };
}

/** Tells partners what is due without a click, where the configuration says so. Run again and again. */
export function sendDueNotices(parts: NoticeParts, ctx: Context): void {
  const { notices, mail } = parts.config;
  if (!notices.automatic || !mail) return;
  notifyDue(depsOf(parts, ctx));
  ctx.outbox.wake();
}

function depsOf({ config, directory }: NoticeParts, ctx: Context) {
  const { routes, support, database } = config;
  return { ...ctx, directory, routes, support, trafficDb: database.traffic };
}

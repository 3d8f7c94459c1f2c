// Classifies a refusal. Order: servers that misread a list's answer, the receivers' own wordings, the lists, then what all share.
// A new receiver is one file beside this one and one entry here.
import { dnsbl, misreadListAnswers } from './dnsbl.js';
import { generic, meaningOfCode } from './generic.js';
import { microsoft365 } from './microsoft-365.js';
import { microsoftConsumer } from './microsoft-consumer.js';
import type { ReplyMeaning, ReplyPattern } from './reply.js';

export type { Meaning, ReplyMeaning, ReplyPattern } from './reply.js';

export const replyPatterns: ReplyPattern[] = [
  ...misreadListAnswers,
  ...microsoftConsumer,
  ...microsoft365,
  ...dnsbl,
  ...generic,
];

/** A remote reply is at most a few hundred bytes; beyond that nothing is worth matching, and it is outsiders' text. */
const MAX_REPLY = 2_000;

/**
 * What a reply means, or undefined when it says nothing we know. Multi-line replies are expected joined by blanks, as Postfix
 * logs them. `dsn` is the log's enhanced status code, used when the text does not decide.
 */
export function classifyReply(reply: string, dsn = ''): ReplyMeaning | undefined {
  const text = reply.slice(0, MAX_REPLY);
  for (const candidate of replyPatterns) {
    if (candidate.needs && !candidate.needs.test(text)) continue;
    const match = candidate.pattern.exec(text);
    if (match) return readMatch(candidate, match.groups ?? {});
  }
  const meaning = meaningOfCode(dsn);
  if (!meaning) return undefined;
  return { meaning, patternId: `dsn-${dsn}`, isPermanent: dsn.startsWith('5'), rerouteHelps: false, code: dsn };
}

function readMatch(candidate: ReplyPattern, groups: Record<string, string | undefined>): ReplyMeaning {
  const zone = groups.zone?.toLowerCase() ?? candidate.zone;
  return {
    meaning: candidate.meaning,
    patternId: candidate.id,
    ...(candidate.provider === undefined ? {} : { provider: candidate.provider }),
    isPermanent: candidate.isPermanent,
    rerouteHelps: candidate.rerouteHelps,
    ...(groups.ip === undefined ? {} : { ip: groups.ip.toLowerCase() }),
    ...(zone === undefined ? {} : { zone }),
    code: groups.code?.toUpperCase() ?? '',
  };
}

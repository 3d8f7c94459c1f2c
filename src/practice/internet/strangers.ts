// The world's mailboxes: whom customers write to, and whom a spammer's list holds. All names are made up as they are needed.
import type { Chance } from './chance.js';
import type { Recipient } from './letter.js';

const FIRST =
  'alma anton birk carla edda emil frida georg hedda ivar jonna klara leon mina noor olga pelle runa sverre thea ulrik vilja ylva'.split(
    ' ',
  );
const LAST =
  'aske brenna carlin dalen eik fosse grund holt idland juvet krog lien moe nore osen ravn skog tveit urdal vang'.split(
    ' ',
  );
const TRADE =
  'amber birch cobalt delta ember fjord grove harbor indigo juniper kelp lumen maple nimbus orchid pine quartz river slate tern'.split(
    ' ',
  );
const KIND = 'bygg data elektro foods glass handel invest kjemi legal marin optikk papir ror skip tak verk'.split(' ');

/** Consumer mail of Microsoft, by how common it is here. */
const MICROSOFT = ['hotmail.com', 'hotmail.com', 'outlook.com', 'outlook.com', 'live.no', 'hotmail.no'];
const FREEMAIL = ['fjellpost.example', 'fjellpost.example', 'brevdue.example', 'kystnett.example'];

/** A name as the left side of a person's address. */
export function personName(chance: Chance): string {
  return `${chance.pick(FIRST)}.${chance.pick(LAST)}`;
}

/** A mailbox that somebody really has; `microsoftShare` of them at Outlook.com or Hotmail. */
export function correspondent(chance: Chance, microsoftShare: number): Recipient {
  const isMicrosoft = chance.isHit(microsoftShare);
  const domain = isMicrosoft
    ? chance.pick(MICROSOFT)
    : chance.isHit(0.35)
      ? chance.pick(FREEMAIL)
      : `${chance.pick(TRADE)}-${chance.pick(KIND)}.example`;
  return { address: `${personName(chance)}.demo${chance.whole(1, 99)}@${domain}`, exists: true };
}

/** One line of a spammer's list: old, collected anywhere, and a third of it wrong. */
export function spamTarget(chance: Chance): Recipient {
  const { address } = correspondent(chance, 0.18);
  return { address: address.replace('@', `${chance.whole(100, 999)}@`), exists: !chance.isHit(0.33) };
}

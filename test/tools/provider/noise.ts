// Lines that stand in every log and are about no customer's message: scanners, wrong passwords, refused strangers, statistics.
import type { Client } from './networks.js';
import type { Postfix } from './postfix.js';
import { DAY, MINUTE, type World } from './world.js';

/** Something at its time; all that uses a relay's processes happens in the order of time. */
export interface Happening {
  at: number;
  happens: () => void;
}

/** A day of it, and the knocks that stories have asked for, some of them for later days. In no order. */
export function noise(world: World, relays: Postfix[], day: number): Happening[] {
  const { dice } = world;
  const from = world.start + day * DAY;
  const happenings: Happening[] = [];
  const knock = (at: number, relay: Postfix, login: string, client: Client) =>
    happenings.push({ at, happens: () => relay.wrongPassword(at, login, client) });
  for (const relay of relays) {
    statistics(relay, from, dice.int(3, 40));
    for (let n = dice.int(30, 200); n > 0; n--) {
      const at = from + dice.between(0, DAY);
      happenings.push({ at, happens: () => stranger(world, relay, at) });
    }
  }
  for (let n = dice.int(3, 15); n > 0; n--) bruteForce(from + dice.between(0, DAY * 0.8));
  for (const { at, login, client, times, everyMs } of world.knocks.splice(0)) {
    const relay = dice.pick(relays);
    for (let n = 0, when = at; n < times; n++, when += dice.exponential(everyMs)) {
      if (when >= world.start) knock(when, relay, login, client);
    }
  }
  return happenings;

  function bruteForce(at: number): void {
    const client = world.makers.networks.thief();
    const customer = dice.pick(world.customers);
    const times = dice.intLog(3, 150);
    const relay = dice.pick(relays);
    for (let n = 0; n < times; n++) {
      const { login } = dice.pick(customer.mailboxes);
      knock(at + n * dice.between(2_000, 30_000), relay, login, client);
    }
  }
}

function statistics(relay: Postfix, from: number, rate: number): void {
  for (let at = from + 10 * MINUTE; at < from + DAY; at += 20 * MINUTE) {
    relay.anvil(at, `statistics: max connection rate ${rate}/60s for (smtp:198.18.0.${rate}) at Jan  1 00:28:59`);
    relay.anvil(at + 0.01, `statistics: max cache size ${rate} at Jan  1 00:28:59`);
  }
}

/** Somebody at the door who has no business here. */
function stranger({ dice, makers, receivers }: World, relay: Postfix, at: number): void {
  const client = makers.networks.thief();
  const { ip, name } = client;
  const smtpd = relay.connect(at, client);
  const { tag } = smtpd;
  const form = dice.int(0, 3);
  if (form === 0) {
    relay.say(at + 200, tag, `SSL_accept error from ${name}[${ip}]: -1`);
    relay.say(
      at + 200.1,
      tag,
      'warning: TLS library problem: error:0A000102:SSL routines::unsupported protocol:../ssl/statem/statem_srvr.c:1686:',
    );
    relay.say(at + 201, tag, `lost connection after STARTTLS from ${name}[${ip}]`);
  } else if (form === 1) {
    const [from, to] = [receivers.stranger(0.8), receivers.stranger(0.8)];
    relay.say(
      at + 300,
      tag,
      `NOQUEUE: reject: RCPT from ${name}[${ip}]: 554 5.7.1 <${to}>: Relay access denied; from=<${from}> to=<${to}> proto=ESMTP helo=<${dice.text('abcdefgh', 6)}>`,
    );
  } else if (form === 2) {
    relay.say(at + 100, tag, `improper command pipelining after CONNECT from ${name}[${ip}]: \\026\\003\\001\\002`);
  } else {
    relay.say(at + 500, tag, `lost connection after EHLO from ${name}[${ip}]`);
  }
  relay.disconnect(at + 900, smtpd, client, 'ehlo=1 quit=1 commands=2');
}

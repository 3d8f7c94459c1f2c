// Where mail comes from: fixed addresses, offices, homes, mobile networks, hosted platforms, and what thieves use. All addresses
// are from ranges that no host on the internet has.
import type { Dice } from './dice.js';

const HEX = '0123456789abcdef';

export interface Client {
  ip: string;
  /** Name as Postfix logs it; `unknown` where none resolves. */
  name: string;
}

/** Gives out addresses of a provider's world, fixed ones never twice. */
export class Networks {
  private nextFixed: number;

  constructor(private readonly dice: Dice) {
    this.nextFixed = dice.int(0, 40) * 256 + dice.int(4, 60);
  }

  /** An address one customer has for itself. */
  fixed(): string {
    this.nextFixed += this.dice.int(1, 9);
    return `198.18.${(this.nextFixed >> 8) & 255}.${this.nextFixed & 255}`;
  }

  /** A customer's office: one address behind which all sit. */
  office(): Client {
    const ip = `198.19.${this.dice.int(0, 255)}.${this.dice.int(1, 254)}`;
    return {
      ip,
      name: this.dice.is(0.6) ? `static-${ip.replaceAll('.', '-')}.isp${this.dice.int(1, 9)}.test` : 'unknown',
    };
  }

  /** Somebody's home line: the address stays for days, the network for good. */
  home(): () => Client {
    const { dice } = this;
    const site = `10.${dice.int(0, 199)}.${dice.int(0, 255)}`;
    const last = dice.int(1, 254);
    const isSix = dice.is(0.25);
    const prefix = `2001:db8:${dice.text(HEX, 4)}:${dice.text(HEX, 3)}`;
    return holding(dice, 0.93, () => {
      // Privacy extensions: a new host part every day.
      if (isSix && dice.is(0.6)) return { ip: canonical(`${prefix}:${this.hostPart()}`), name: 'unknown' };
      return { ip: `${site}.${last}`, name: `h${last}.${site.length}.dsl.test` };
    });
  }

  /** A phone: carrier-grade NAT gives another address out of a few networks all the time. */
  mobile(): () => Client {
    const { dice } = this;
    const second = dice.int(64, 127);
    const thirds = Array.from({ length: dice.int(1, 6) }, () => dice.int(0, 255));
    const isSix = dice.is(0.3);
    const prefix = `2001:db8:${dice.text(HEX, 4)}`;
    return holding(dice, dice.between(0.3, 0.9), () => {
      if (isSix) return { ip: canonical(`${prefix}:${dice.text(HEX, 4)}:${this.hostPart()}`), name: 'unknown' };
      return { ip: `100.${second}.${dice.pick(thirds)}.${dice.int(1, 254)}`, name: 'unknown' };
    });
  }

  /** Anywhere: a hotel, a café, another country. */
  abroad(): Client {
    const { dice } = this;
    return { ip: `172.${dice.int(16, 31)}.${dice.int(0, 255)}.${dice.int(1, 254)}`, name: 'unknown' };
  }

  /** What a thief sends from: rented servers, a private VPN, other people's homes. */
  thief(): Client {
    const { dice } = this;
    const form = dice.int(0, 4);
    if (form === 0) return this.abroad();
    if (form === 1) return { ip: `10.${dice.int(0, 199)}.${dice.int(0, 255)}.${dice.int(1, 254)}`, name: 'unknown' };
    if (form === 2)
      return {
        ip: canonical(`2001:db8:${dice.text(HEX, 4)}:${dice.text(HEX, 4)}:${this.hostPart()}`),
        name: 'unknown',
      };
    const ip = `172.${dice.int(16, 31)}.${dice.int(0, 255)}.${dice.int(1, 254)}`;
    return { ip, name: form === 3 ? `vps-${dice.text(HEX, 8)}.cloud${dice.int(1, 5)}.test` : 'unknown' };
  }

  private hostPart(): string {
    const { dice } = this;
    return Array.from({ length: 4 }, () => dice.text(HEX, 4)).join(':');
  }
}

/** Stays with a draw: the next call answers the same with the given probability. */
export function holding(dice: Dice, hold: number, make: () => Client): () => Client {
  let current: Client | undefined;
  return () => {
    if (current === undefined || !dice.is(hold)) current = make();
    return current;
  };
}

/** Many customers' mail comes out of the same platform's hosts. */
export interface Platform {
  name: string;
  networks: string[];
  host(): Client;
}

export function platforms(dice: Dice): Platform[] {
  return Array.from({ length: dice.int(1, 3) }, (_, i) => {
    const domain = `${dice.pick(['cloudoffice', 'suite', 'tenantmail', 'worksphere'])}${i + 1}.example`;
    const second = 220 + i;
    const isOutlookLike = i === 0 || dice.is(0.5);
    const regions = dice.some(['eur03', 'eur05', 'nam12', 'che02', 'nor02', 'apc01'], 2);
    return {
      name: domain,
      networks: [`10.${second}.${100 + i}.0/24`, `10.${second}.${140 + i}.0/25`],
      host() {
        const ip = dice.is(0.7)
          ? `10.${second}.${100 + i}.${dice.int(1, 254)}`
          : `10.${second}.${140 + i}.${dice.int(1, 126)}`;
        const name = isOutlookLike
          ? `mail-${dice.text('abdmv', 2)}${dice.int(1, 9)}${dice.pick(regions)}on2${dice.int(10, 99)}${dice.int(10, 99)}.outbound.protection.${domain}`
          : `mail-${dice.text('abdeilmpqvwy', 2)}1-f${dice.int(10, 99)}.${domain}`;
        return { ip, name };
      },
    };
  });
}

/** The usual notation: no leading zeros. Runs of zeros are not shortened, as they hardly come up. */
function canonical(address: string): string {
  return address
    .split(':')
    .map((part) => part.replace(/^0+(?=.)/, ''))
    .join(':');
}

// The other side: big mailbox providers, firms on hosted platforms or behind filters, small servers, and a long tail.
import type { Dice } from './dice.js';
import type { Style } from './manner.js';
import { type DomainNames, type NameForm, nameForm, officeName, privateName } from './names.js';

export interface Receiver {
  domain: string;
  style: Style;
  mx: { name: string; ip: string }[];
  /** 0..1, fixed: decides which lists it asks. */
  luck: number;
  greylists: boolean;
  /** How much of what is spam it refuses, against the average. */
  strictness: number;
  isBig: boolean;
  /** How this domain writes its people. */
  names: NameForm;
}

const BIG: readonly (readonly [number, Style, string])[] = [
  [30, 'google', 'gigamail'],
  [16, 'microsoft-consumer', 'coldmail'],
  [5, 'microsoft-consumer', 'lookmail'],
  [9, 'yahoo', 'yodel'],
  [6, 'icloud', 'cirrus'],
  [6, 'united-internet', 'uimail'],
  [5, 't-online', 'tnetz'],
  [5, 'mail-ru', 'pochta'],
  [4, 'orange', 'agrume'],
  [4, 'postfix', 'telekabel'],
  [3, 'exim', 'bredbandnet'],
];
const FIRM_STYLES: readonly (readonly [number, Style])[] = [
  [30, 'microsoft-365'],
  [15, 'google'],
  [14, 'postfix'],
  [9, 'exim'],
  [7, 'exchange'],
  [6, 'proofpoint'],
  [5, 'barracuda'],
  [5, 'mimecast'],
  [4, 'ironport'],
  [2, 'qmail'],
  [2, 'zimbra'],
  [2, 'sendmail'],
];
const OWN_SERVERS: ReadonlySet<Style> = new Set(['postfix', 'exim', 'zimbra', 'sendmail', 'qmail']);

/** Everybody who can be written to. Small domains come into being when somebody first writes there. */
export class Receivers {
  private readonly byDomain = new Map<string, Receiver>();
  readonly big: (readonly [number, Receiver])[];
  readonly firms: Receiver[];
  private readonly tail: (Receiver | undefined)[];

  constructor(
    private readonly dice: Dice,
    private readonly domains: DomainNames,
    firms: number,
    tail: number,
  ) {
    // Every country has its own favourites: the weights are drawn anew for each world.
    this.big = BIG.map(([weight, style, name]) => {
      const receiver = this.make(domains.called(`${name}${dice.is(0.5) ? dice.int(2, 99) : ''}`), style, true);
      return [weight * dice.logNormal(1, 0.6), receiver] as const;
    });
    this.firms = Array.from({ length: firms }, () => this.firm());
    this.tail = new Array(tail);
  }

  of(domain: string): Receiver {
    return this.byDomain.get(domain) ?? this.make(domain, 'postfix', false);
  }

  /** A receiver of its own for a domain that is known already, a customer's. */
  add(domain: string): Receiver {
    return this.make(domain, this.dice.weighted(FIRM_STYLES), false);
  }

  /** Somebody at a big mailbox provider. */
  private person(): string {
    return `${privateName(this.dice)}@${this.dice.weighted(this.big).domain}`;
  }

  private small(): Receiver {
    const n = this.dice.int(0, this.tail.length - 1);
    this.tail[n] ??= this.firm();
    return this.tail[n] as Receiver;
  }

  /** A stranger: a consumer with the given probability, else somebody in a firm or on a small domain. */
  stranger(consumers: number): string {
    const { dice } = this;
    if (dice.is(consumers)) return this.person();
    return this.inFirm(dice.is(0.4) ? dice.pick(this.firms) : this.small());
  }

  inFirm(firm: Receiver): string {
    const local = this.dice.is(0.2) ? officeName(this.dice) : firm.names(this.dice);
    return `${local}@${firm.domain}`;
  }

  private firm(): Receiver {
    return this.make(this.domains.firm(), this.dice.weighted(FIRM_STYLES), false);
  }

  private make(domain: string, style: Style, isBig: boolean): Receiver {
    const { dice } = this;
    const receiver: Receiver = {
      domain,
      style,
      mx: this.exchangers(domain, style, isBig),
      luck: dice.next(),
      greylists: OWN_SERVERS.has(style) && !isBig && dice.is(0.35),
      strictness: isBig ? dice.logNormal(1.2, 0.5) : dice.is(0.35) ? 0.05 : dice.logNormal(0.8, 0.7),
      isBig,
      names: nameForm(dice),
    };
    this.byDomain.set(domain, receiver);
    return receiver;
  }

  private exchangers(domain: string, style: Style, isBig: boolean): Receiver['mx'] {
    const { dice } = this;
    const ip = () => `192.168.${dice.int(0, 255)}.${dice.int(1, 254)}`;
    const dashed = domain.replace('.', '-');
    if (isBig)
      return Array.from({ length: dice.int(2, 4) }, (_, i) => ({
        name: `${style === 'microsoft-consumer' ? `mx${i}-olc` : `mx${i + 1}`}.${domain}`,
        ip: ip(),
      }));
    const name =
      style === 'microsoft-365'
        ? `${dashed}.mail.protection.cloudmx.test`
        : style === 'google'
          ? `aspmx${dice.int(1, 5)}.hostedmx.test`
          : style === 'proofpoint'
            ? `mx0a-00${dice.int(1e5, 9e5)}.filterhosted.test`
            : style === 'mimecast'
              ? `eu-smtp-inbound-${dice.int(1, 2)}.castmx.test`
              : style === 'barracuda'
                ? `d${dice.int(1e4, 9e4)}a.ess.barrelmx.test`
                : `${dice.pick(['mail', 'mx', 'mx1', 'smtp', 'mx01'])}.${domain}`;
    return [{ name, ip: ip() }];
  }
}

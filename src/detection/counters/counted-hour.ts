// The counters of one hour: the cells (counter-cells.ts), and the maps that lead from a customer's relays, senders, logins, networks and
// outbound addresses to them. The names of a customer in an hour are bounded, because a machine that invents senders would fill the file.
import { UNATTRIBUTED } from '../../mail/customer.js';
import { shapeOf } from '../clues/sender-shape.js';
import { networkCounted } from './counted-network.js';
import { Cells, type Kind, OTHER } from './counter-cells.js';
import type { Receiver } from './receivers.js';

/** Senders of a customer that are counted by name; further ones by their shape (sender-shape.ts), which those of a ticket system share. */
const MOST_SENDERS = 200;
/** Names of one kind that a customer can have in an hour, shapes included; further ones are counted together as OTHER. */
const MOST_NAMES = 500;
/** The same for unattributed mail: it is of many customers, and people must be able to find out of which. */
const MOST_UNATTRIBUTED = 2_000;
/** Size of the cache from client address to cell, for each customer. */
const REMEMBERED = 2_000;

/** How a message came in, as the log says. */
export interface Came {
  relay: string;
  sender: string;
  login?: string | undefined;
  clientIp?: string | undefined;
}

/** A customer's mail over one relay. */
interface RelayCount {
  readonly relay: string;
  readonly relayCell: number;
  /** The outbound address it leaves from, where the log does not name it with each delivery; undefined until mail has left. */
  exit: Exit | undefined;
}

/** An outbound address: the customer's cell, and the cells of the receivers behind it. */
export interface Exit {
  readonly cell: number;
  readonly address: string;
  /** By receiver's number; undefined where there is none yet. */
  readonly receivers: (number | undefined)[];
}

/** The cells that the last message of a sender counted in; -1 for none. */
export interface Place {
  readonly owner: CountedCustomer;
  sender: number;
  login: string | undefined;
  loginCell: number;
  clientIp: string | undefined;
  networkCell: number;
  route: RelayCount;
}

/** A customer's cells in this hour, by name. */
interface CountedCustomer {
  readonly name: string;
  readonly mostNames: number;
  readonly senders: Map<string, Place>;
  readonly logins: Map<string, number>;
  /** By client address, and by network. */
  readonly clientIps: Map<string, number>;
  readonly networks: Map<string, number>;
  readonly routes: Map<string, RelayCount>;
  readonly exits: Map<string, Exit>;
  lastSender: string;
  lastPlace: Place | undefined;
}

/** How many cells may still be opened before the next commit; shared by all hours. */
export interface Budget {
  left: number;
}

export class CountedHour {
  readonly cells = new Cells();
  /** ms. */
  readonly from: number;
  private readonly customers = new Map<string, CountedCustomer>();
  private last: CountedCustomer | undefined;
  /** Cells by outbound address, then by the receiver's number. */
  private readonly receivers = new Map<string, (number | undefined)[]>();

  constructor(
    readonly hour: number,
    private readonly budget: Budget,
  ) {
    this.from = hour * 3_600_000;
  }

  /**
   * To be called when the hour is over: its sums stay until they are taken, and the maps to them, which are most of the memory, are
   * emptied. Late events open new cells for the same names; the database adds both up.
   */
  close(): void {
    for (const { senders, logins, clientIps, networks, routes, exits } of this.customers.values())
      for (const names of [senders, logins, clientIps, networks, routes, exits]) names.clear();
    for (const receivers of this.receivers.values()) receivers.length = 0;
    this.customers.clear();
    this.receivers.clear();
    this.last = undefined;
  }

  /** To be called when its sums are taken for the last time. Routes still refer to places in it, so it must not hold much memory. */
  drop(): void {
    this.close();
    this.cells.clear();
  }

  customer(name: string): CountedCustomer {
    const { last } = this;
    if (last && last.name === name) return last;
    let found = this.customers.get(name);
    if (!found) {
      found = newCustomer(name);
      this.customers.set(name, found);
    }
    this.last = found;
    return found;
  }

  /** The cells a message counts in; `hasSender` is false when it is not known who sent it. */
  placeOf(customer: CountedCustomer, came: Came, hasSender = true): Place {
    const { sender, login, clientIp, relay } = came;
    const place = hasSender ? this.senderPlace(customer, sender) : newPlace(customer, -1);
    if (place.login !== login) {
      place.login = login;
      place.loginCell = login === undefined ? -1 : this.named(customer.logins, 'login', customer, login);
    }
    if (place.clientIp !== clientIp) {
      place.clientIp = clientIp;
      place.networkCell = clientIp === undefined ? -1 : this.networkCell(customer, clientIp);
    }
    if (place.route.relay !== relay || place.route === NOWHERE) place.route = this.routeOf(customer, relay);
    return place;
  }

  /** The cell of an outbound address that a customer's mail leaves from. */
  exitOf(customer: CountedCustomer, address: string): Exit {
    const { exits } = customer;
    const known = exits.get(address);
    if (known) return known;
    if (exits.size >= customer.mostNames && address !== OTHER) return this.exitOf(customer, OTHER);
    let receivers = this.receivers.get(address);
    if (!receivers) {
      receivers = [];
      this.receivers.set(address, receivers);
    }
    const exit = { cell: this.open('outbound', customer.name, address), address, receivers };
    exits.set(address, exit);
    return exit;
  }

  /** The cell of a receiver behind an outbound address. */
  receiverCell({ receivers, address }: Exit, { name, number }: Receiver): number {
    const known = receivers[number];
    if (known !== undefined) return known;
    const cell = this.open('receiver', address, name);
    // Filled up to its place: an array with holes would be slower to read.
    while (receivers.length < number) receivers.push(undefined);
    receivers[number] = cell;
    return cell;
  }

  /** Adds `n` to one sum of all cells of a message. */
  add(place: Place, sum: number, n: number): void {
    const { cells } = this;
    cells.add(place.route.relayCell, sum, n);
    if (place.sender >= 0) cells.add(place.sender, sum, n);
    if (place.loginCell >= 0) cells.add(place.loginCell, sum, n);
    if (place.networkCell >= 0) cells.add(place.networkCell, sum, n);
  }

  /** Adds an attempt or a complaint to all cells of a message, and to those of the outbound address and the receiver. */
  addOne(place: Place, outbound: number, receiver: number, sum: number): void {
    this.add(place, sum, 1);
    this.cells.add(outbound, sum, 1);
    this.cells.add(receiver, sum, 1);
  }

  private routeOf(customer: CountedCustomer, relay: string): RelayCount {
    const { routes } = customer;
    const known = routes.get(relay);
    if (known) return known;
    if (routes.size >= customer.mostNames && relay !== OTHER) return this.routeOf(customer, OTHER);
    const route = { relay, relayCell: this.open('relay', customer.name, relay), exit: undefined };
    routes.set(relay, route);
    return route;
  }

  private senderPlace(customer: CountedCustomer, sender: string): Place {
    if (customer.lastPlace && customer.lastSender === sender) return customer.lastPlace;
    const place = customer.senders.get(sender) ?? this.newSender(customer, sender);
    customer.lastSender = sender;
    customer.lastPlace = place;
    return place;
  }

  private newSender(customer: CountedCustomer, sender: string): Place {
    const { senders, mostNames } = customer;
    const name = senders.size < MOST_SENDERS ? sender : shapeOf(sender);
    const known = senders.get(name);
    if (known) return known;
    const isOver = senders.size >= mostNames || this.budget.left <= 0;
    const counted = isOver ? OTHER : name;
    let place = senders.get(counted);
    if (!place) {
      place = newPlace(customer, this.open('sender', customer.name, counted));
      senders.set(counted, place);
    }
    return place;
  }

  /** The cell of the network of a client address; of unattributed mail that of the address itself, so that people can ask whose it is. */
  private networkCell(customer: CountedCustomer, clientIp: string): number {
    const known = customer.clientIps.get(clientIp);
    if (known !== undefined) return known;
    const cell = this.named(customer.networks, 'network', customer, networkCounted(clientIp, customer.name));
    if (customer.clientIps.size >= REMEMBERED) customer.clientIps.clear();
    customer.clientIps.set(clientIp, cell);
    return cell;
  }

  private named(known: Map<string, number>, kind: Kind, customer: CountedCustomer, name: string): number {
    const cell = known.get(name);
    if (cell !== undefined) return cell;
    const isOver = known.size >= customer.mostNames || this.budget.left <= 0;
    return this.cellOf(known, kind, customer.name, isOver ? OTHER : name);
  }

  private cellOf(known: Map<string, number>, kind: Kind, owner: string, name: string): number {
    let cell = known.get(name);
    if (cell === undefined) {
      cell = this.open(kind, owner, name);
      known.set(name, cell);
    }
    return cell;
  }

  private open(kind: Kind, owner: string, name: string): number {
    this.budget.left--;
    return this.cells.open(kind, owner, name);
  }
}

function newCustomer(name: string): CountedCustomer {
  return {
    name,
    mostNames: name === UNATTRIBUTED ? MOST_UNATTRIBUTED : MOST_NAMES,
    senders: new Map(),
    logins: new Map(),
    clientIps: new Map(),
    networks: new Map(),
    routes: new Map(),
    exits: new Map(),
    lastSender: '',
    lastPlace: undefined,
  };
}

/** Stands for no relay yet. */
const NOWHERE: RelayCount = { relay: '', relayCell: -1, exit: undefined };

function newPlace(owner: CountedCustomer, sender: number): Place {
  return {
    owner,
    sender,
    login: undefined,
    loginCell: -1,
    clientIp: undefined,
    networkCell: -1,
    route: NOWHERE,
  };
}

// One hour of counters: the cells, and the way from a customer's names to them. How many names a customer can have in an hour is bounded,
// or a machine that invents senders would fill the file.
import { UNATTRIBUTED } from '../mail/customer.js';
import { parseIp, parseNetwork, siteOf } from '../mail/ip.js';
import { Cells, type Kind, OTHER } from './counter-cells.js';
import type { Receiver } from './receivers.js';
import { shapeOf } from './sender-shape.js';

/** Senders of a customer that have a name each; of further ones the shape, as many addresses of one ticket system have one. */
const MOST_SENDERS = 200;
/** Names of one kind of a customer in an hour, shapes with them. */
const MOST_NAMES = 500;
/** Mail that is nobody's comes from many, and somebody has to find out whose it is. */
const MOST_UNATTRIBUTED = 2_000;
/** Addresses that are known to belong to a cell; it is a cache. */
const REMEMBERED = 2_000;
/** Networks known by an address in them, of all customers. */
const REMEMBERED_NETWORKS = 50_000;

/** How a message came in; what the log says of it. */
export interface Came {
  relay: string;
  sender: string;
  login?: string | undefined;
  clientIp?: string | undefined;
}

/** A customer's way over a relay, and on over the address that mail is taken to leave from there. */
export interface Route {
  readonly relay: string;
  readonly relayCell: number;
  /** Undefined until mail has left. */
  exit: Exit | undefined;
}

/** An outbound address: the customer's cell, and the cells of the receivers behind it. */
export interface Exit {
  readonly cell: number;
  readonly address: string;
  /** By receiver's number; undefined where there is none yet. */
  readonly receivers: (number | undefined)[];
}

/** The cells of a sender's last message; -1 for none. */
export interface Place {
  readonly owner: CountedCustomer;
  sender: number;
  login: string | undefined;
  loginCell: number;
  clientIp: string | undefined;
  networkCell: number;
  route: Route;
}

export interface CountedCustomer {
  readonly name: string;
  readonly mostNames: number;
  readonly senders: Map<string, Place>;
  readonly logins: Map<string, number>;
  /** By client address, and by network. */
  readonly clientIps: Map<string, number>;
  readonly networks: Map<string, number>;
  readonly routes: Map<string, Route>;
  readonly exits: Map<string, Exit>;
  lastSender: string;
  lastPlace: Place | undefined;
}

/** How many cells may still be opened before the next commit. */
export interface Budget {
  left: number;
}

export class CountedHour {
  readonly cells = new Cells();
  /** ms. */
  readonly from: number;
  private readonly customers = new Map<string, CountedCustomer>();
  private last: CountedCustomer | undefined;
  /** By outbound address, then receiver's number. */
  private readonly receivers = new Map<string, (number | undefined)[]>();

  constructor(
    readonly hour: number,
    private readonly budget: Budget,
  ) {
    this.from = hour * 3_600_000;
  }

  /**
   * The hour is over: its sums stay until they are taken, and the way to them goes, which is most of the memory. Who still counts in it
   * begins new cells.
   */
  close(): void {
    for (const { senders, logins, clientIps, networks, routes, exits } of this.customers.values())
      for (const names of [senders, logins, clientIps, networks, routes, exits]) names.clear();
    for (const receivers of this.receivers.values()) receivers.length = 0;
    this.customers.clear();
    this.receivers.clear();
    this.last = undefined;
  }

  /** Its sums are taken and nothing counts in it again. Everybody who sent in it remembers a place in it: so it must not hold much. */
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

  /** Where a message counts; `hasSender` is false where nobody knows who sent it. */
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

  /** Where mail of a customer leaves. */
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

  receiverCell({ receivers, address }: Exit, { name, number }: Receiver): number {
    const known = receivers[number];
    if (known !== undefined) return known;
    const cell = this.open('receiver', address, name);
    // Up to its place, so that the array stays one without holes.
    while (receivers.length < number) receivers.push(undefined);
    receivers[number] = cell;
    return cell;
  }

  /** Adds to everything a message counts for. */
  add(place: Place, sum: number, n: number): void {
    const { cells } = this;
    cells.add(place.route.relayCell, sum, n);
    if (place.sender >= 0) cells.add(place.sender, sum, n);
    if (place.loginCell >= 0) cells.add(place.loginCell, sum, n);
    if (place.networkCell >= 0) cells.add(place.networkCell, sum, n);
  }

  /** Adds one attempt or complaint, to the outbound address and the receiver too. */
  addOne(place: Place, outbound: number, receiver: number, sum: number): void {
    this.add(place, sum, 1);
    this.cells.add(outbound, sum, 1);
    this.cells.add(receiver, sum, 1);
  }

  private routeOf(customer: CountedCustomer, relay: string): Route {
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

  /** The network, or the address itself where somebody has to find out whose it is. */
  private networkCell(customer: CountedCustomer, clientIp: string): number {
    const known = customer.clientIps.get(clientIp);
    if (known !== undefined) return known;
    const cell = this.named(customer.networks, 'network', customer, networkNamed(clientIp, customer.name));
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

const NOWHERE: Route = { relay: '', relayCell: -1, exit: undefined };

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

const ofCustomers = new Map<string, string>();

/** The same addresses come every hour. */
function networkNamed(clientIp: string, customer: string): string {
  if (customer === UNATTRIBUTED) return networkOf(clientIp, customer);
  let network = ofCustomers.get(clientIp);
  if (network === undefined) {
    network = networkOf(clientIp, customer);
    if (ofCustomers.size >= REMEMBERED_NETWORKS) ofCustomers.clear();
    ofCustomers.set(clientIp, network);
  }
  return network;
}

/** /24 and /48 of a customer's clients; of nobody's the address, or its /64, which is one machine or site. */
export function networkOf(clientIp: string, customer: string): string {
  const ip = parseIp(clientIp);
  if (!ip) return OTHER;
  if (customer !== UNATTRIBUTED) return siteOf(ip);
  return ip.kind() === 'ipv4' ? ip.toString() : networkText(`${ip.toString()}/64`);
}

function networkText(text: string): string {
  const network = parseNetwork(text);
  return network ? `${network.base.toString()}/${network.prefix}` : OTHER;
}

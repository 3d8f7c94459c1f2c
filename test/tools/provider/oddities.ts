// What must be left alone: the list of them. Each happens to some customers every day.
import type { Auth, Customer } from './model.js';
import { MACHINES } from './oddities-machines.js';
import { MAILINGS } from './oddities-mailings.js';
import { PEOPLE } from './oddities-people.js';
import { TROUBLES } from './oddities-troubles.js';
import type { World } from './world.js';

export interface Oddity {
  name: string;
  auth?: readonly Auth[];
  least?: number;
  happens: (world: World, customer: Customer, day: number) => void;
}

export const ODDITIES: readonly Oddity[] = [...MAILINGS, ...PEOPLE, ...MACHINES, ...TROUBLES];

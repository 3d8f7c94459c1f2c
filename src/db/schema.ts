// The decisions database: incidents, what was done about them, by whom, and what must still happen outside. Times are ms since the epoch.
// Traffic (log positions, counters, habits) has a file of its own: traffic-schema.ts.
export * from './schema/incidents.js';
export * from './schema/listings.js';
export * from './schema/noise.js';
export * from './schema/record.js';

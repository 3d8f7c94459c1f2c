#!/usr/bin/env node
// The command itself: everything is in src/cli.ts, compiled to dist/ by `npm ci`.
import { main } from '../dist/cli.js';

process.exitCode = await main(process.argv.slice(2));

#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { greet } from './greeter.js';

const { values, positionals } = parseArgs({
  options: { lang: { type: 'string', default: 'en' } },
  allowPositionals: true,
});
console.log(greet(positionals.join(' '), values.lang));

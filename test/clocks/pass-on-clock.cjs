'use strict';

// Loaded by NODE_OPTIONS into every Node process under a shifted clock. Praxis and its tests start PostgreSQL and other
// processes with an environment of their own; they have to see the shifted clock too.

const { ChildProcess } = require('node:child_process');

const NAMES = [
  'LD_PRELOAD',
  'DYLD_INSERT_LIBRARIES',
  'FAKETIME',
  'FAKETIME_DONT_FAKE_MONOTONIC',
  'NODE_OPTIONS',
  'TZ',
];

const start = ChildProcess.prototype.spawn;
ChildProcess.prototype.spawn = function spawn(options) {
  const pairs = options.envPairs ?? Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
  const given = new Set(pairs.map((pair) => pair.slice(0, pair.indexOf('='))));
  const missing = NAMES.filter((name) => process.env[name] !== undefined && !given.has(name));
  const envPairs = [...pairs, ...missing.map((name) => `${name}=${process.env[name]}`)];
  return start.call(this, { ...options, envPairs });
};

#!/usr/bin/env node
/**
 * Does the Feedmill in this container do its work? Exit code 0 or 1, with a sentence.
 *
 * What serves is asked over HTTP (/healthz); a worker serves nothing, so there Redis is asked when the last sweep was.
 * The role is an argument, or that of process 1.
 */
import { readFileSync } from 'node:fs';
import { loadConfig } from '../dist/config/load.js';
import { connectRedis } from '../dist/io/redis/connect.js';
import { createSweepHeartbeat } from '../dist/io/store/sweep-heartbeat.js';

const WAIT_MS = 5_000;
const SWEEP_SILENT_MS = 60_000;

const settings = await loadConfig(process.env['FEEDMILL_CONFIG'] ?? 'config', process.env);

/** @throws Error when it does not serve */
async function askWeb() {
  const { host, port } = settings.http;
  const local = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const url = `http://${local.includes(':') ? `[${local}]` : local}:${port}/healthz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(WAIT_MS) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return `${url} answers ${response.status}`;
}

/** @throws Error when no worker sweeps */
async function askRedis() {
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const redis = await connectRedis(settings.redis, silent, { shared: true, startTimeoutMs: WAIT_MS });
  try {
    const sweptAt = await createSweepHeartbeat(redis.client, `${redis.prefix}:`).sweptAt();
    if (sweptAt === undefined) throw new Error('no sweep was done yet');
    const silentMs = Date.now() - sweptAt;
    if (silentMs > SWEEP_SILENT_MS) throw new Error(`the last sweep was ${Math.round(silentMs / 1000)} s ago`);
    return 'the sweep is running';
  } finally {
    await redis.close();
  }
}

const command = process.argv.length > 2 ? process.argv.slice(2) : readFileSync('/proc/1/cmdline', 'utf8').split('\0');

try {
  console.log(await (command.includes('worker') || command.includes('--role=worker') ? askRedis() : askWeb()));
} catch (error) {
  console.log(`unhealthy: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}

import { once } from 'node:events';
import { DomainError } from '../../../src/kernel/errors.js';
import { buy, type ShopCradle } from '../../support/shop-on-postgres.js';
import { openShopAt } from '../../support/open-shop.js';
import { openConnections } from '../../support/open-connections.js';

/**
 * `tsx buy.ts URL PRODUCT BUYER…`: prints `ready`, waits for a line on standard input, then has every buyer buy one
 * piece at once, and prints the outcomes as JSON.
 */
const [databaseUrl = '', productId = '', ...buyers] = process.argv.slice(2);
const container = openShopAt(databaseUrl);
const cradle = container.cradle as ShopCradle;
await openConnections(cradle.sequelize, 10);
console.log('ready');
await once(process.stdin, 'data');
const outcomes = await Promise.all(
  buyers.map((userId) =>
    buy(cradle, userId, [productId]).then(
      ({ status }) => status,
      (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
    ),
  ),
);
console.log(JSON.stringify(outcomes));
process.stdin.destroy();
await container.dispose();

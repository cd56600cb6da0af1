import { expect } from 'chai';
import type { Sequelize } from 'sequelize';
import { openSequelize } from '../../src/platform/database/sequelize.js';
import { startMetricsServer } from '../../src/platform/telemetry/metrics-server.js';
import { makeMetrics } from '../../src/platform/telemetry/metrics.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { rejection } from '../support/rejection.js';

describe('the metrics', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  before(async () => {
    database = await createTestDatabase();
    sequelize = openSequelize({ url: database.url, poolMax: 2 });
  });
  after(async () => {
    await sequelize.close();
    await database.drop();
  });

  it('count requests by route', async () => {
    const metrics = makeMetrics({ sequelize, version: '1.2.3' });
    const request = { method: 'GET', route: '/v1/users/{id}', status: 200, durationSeconds: 0.02 };
    metrics.observeRequest(request);
    metrics.observeRequest({ ...request, status: 404 });
    metrics.countShedRequest();
    const text = await metrics.render();
    expect(text).to.contain('praxis_http_requests_total{method="GET",route="/v1/users/{id}",status="200"} 1');
    expect(text).to.contain(
      'praxis_http_request_duration_seconds_count{method="GET",route="/v1/users/{id}"} 2',
    );
    expect(text).to.contain(
      'praxis_http_request_duration_seconds_bucket{le="0.025",method="GET",route="/v1/users/{id}"} 2',
    );
    expect(text).to.contain(`praxis_build_info{version="1.2.3",node="${process.version}"} 1`);
    expect(text).to.match(/^praxis_http_requests_shed_total 1$/m);
    expect(text).to.match(/^process_cpu_seconds_total \d/m);
  });

  it('include the pool and the outbox', async () => {
    await sequelize.query(`
      INSERT INTO jobs (id, kind, payload, run_at, failed_at) VALUES
        (gen_random_uuid(), 'a', '{}', now() - interval '90 seconds', NULL),
        (gen_random_uuid(), 'a', '{}', now(), NULL),
        (gen_random_uuid(), 'a', '{}', now() + interval '1 hour', NULL),
        (gen_random_uuid(), 'a', '{}', now() - interval '1 day', now())`);
    await sequelize.query(`
      INSERT INTO jobs (id, kind, payload, run_at) VALUES (gen_random_uuid(), 'b', '{}', now() - interval '10 seconds')`);
    const lanes = new Map<string, 'mail' | 'payments'>([
      ['a', 'mail'],
      ['b', 'payments'],
    ]);
    const text = await makeMetrics({
      sequelize,
      version: '0',
      laneOf: (kind) => lanes.get(kind),
    }).render();
    const value = (name: string): number =>
      Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1]);
    expect(value('praxis_outbox_pending')).to.equal(3);
    expect(value('praxis_outbox_lane_pending{lane="mail"}')).to.equal(2);
    expect(value('praxis_outbox_lane_failed{lane="mail"}')).to.equal(1);
    expect(value('praxis_outbox_lane_lag_seconds{lane="mail"}')).to.be.within(89, 120);
    expect(value('praxis_outbox_lane_pending{lane="payments"}')).to.equal(1);
    expect(value('praxis_outbox_lane_lag_seconds{lane="payments"}')).to.be.within(9, 80);
    expect(value('praxis_outbox_lane_pending{lane="database"}')).to.equal(0);
    expect(value('praxis_outbox_failed')).to.equal(1);
    expect(value('praxis_outbox_lag_seconds')).to.be.within(89, 120);
    expect(value('praxis_db_pool_size')).to.be.within(1, 2);
    expect(value('praxis_db_pool_waiting')).to.equal(0);
    expect(value('praxis_db_up')).to.equal(1);
  });

  it('are available without the database', async () => {
    const away = openSequelize({ url: 'postgres://nobody@127.0.0.1:1/nowhere', poolMax: 1 });
    const text = await makeMetrics({ sequelize: away, version: '0' }).render();
    expect(text)
      .to.match(/^praxis_db_up 0$/m)
      .and.to.match(/^praxis_outbox_lag_seconds NaN$/im);
    await away.close();
  });

  it('are served on a separate port', async () => {
    const metrics = makeMetrics({ sequelize, version: '0' });
    const server = await startMetricsServer({ metrics, host: '127.0.0.1', port: 0 });
    const answer = await fetch(server.url);
    expect(answer.status).to.equal(200);
    expect(answer.headers.get('content-type')).to.contain('text/plain');
    expect(await answer.text()).to.contain('praxis_db_up 1');
    expect((await fetch(new URL('/', server.url))).status).to.equal(404);
    expect((await fetch(server.url, { method: 'POST' })).status).to.equal(405);
    const port = Number(new URL(server.url).port);
    expect(String(await rejection(startMetricsServer({ metrics, host: '127.0.0.1', port })))).to.contain(
      `METRICS_PORT ${port}`,
    );
    await server.close();
  });
});

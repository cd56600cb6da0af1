import { expect } from 'chai';
import { openClinic } from '../support/clinic.js';
import { makeUser, startTestPraxis, type TestPraxis } from '../support/praxis.js';

describe('the limit of bookings per hour over HTTP', () => {
  let praxis: TestPraxis;
  after(() => praxis.stop());

  it('answers 429 beyond LIMIT_BOOKINGS_PER_HOUR, counts cancelled bookings too, and exempts staff', async () => {
    praxis = await startTestPraxis({ RATE_LIMIT: 'on', LIMIT_BOOKINGS_PER_HOUR: '2' });
    const clinic = await openClinic(praxis);
    const member = await makeUser(praxis);
    const first = await clinic.book(member, { startsAt: clinic.slot(0) });
    expect(first.status, first.text).to.equal(201);
    const cancelled = await praxis.call('POST', `/v1/appointments/${first.body.id}/cancel`, {
      token: member.accessToken,
      body: {},
    });
    expect(cancelled.status, cancelled.text).to.equal(200);
    expect((await clinic.book(member, { startsAt: clinic.slot(1) })).status).to.equal(201);

    const refused = await clinic.book(member, { startsAt: clinic.slot(2) });
    expect([refused.status, refused.body.code]).to.deep.equal([429, 'rate-limited']);
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).to.be.within(1, 3_600);

    const other = await makeUser(praxis);
    expect((await clinic.book(other, { startsAt: clinic.slot(2) })).status).to.equal(201);
    const { id: patientId } = (await praxis.call('GET', '/v1/patients/me', { token: member.accessToken }))
      .body;
    const byStaff = await clinic.book(clinic.staff, { patientId, startsAt: clinic.slot(4) });
    expect(byStaff.status, byStaff.text).to.equal(201);
  });
});

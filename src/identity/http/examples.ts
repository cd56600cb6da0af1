/** Example values of the OpenAPI document. */
export const exampleUser = {
  id: '019aa5b2-7c00-7000-8000-000000000001',
  email: 'ana@example.org',
  fullName: 'Ana Lind',
  role: 'member',
  emailVerified: true,
  disabled: false,
  createdAt: '2026-11-21T09:00:00.000Z',
  updatedAt: '2026-11-21T09:00:00.000Z',
  version: 1,
};

export const exampleSignedIn = {
  accessToken: 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl',
  tokenType: 'Bearer',
  expiresIn: 900,
  refreshToken: 'AZqlsnwAcACAAAAAAAAAAQAAAAHk3',
  user: exampleUser,
};

export const exampleCard = {
  id: '019aa5b2-7c00-7000-8000-000000000002',
  brand: 'visa',
  last4: '4242',
  expMonth: 12,
  expYear: 2029,
  isDefault: true,
  expired: false,
  version: 1,
  createdAt: '2026-11-21T09:00:00.000Z',
};

export const exampleToken = 'AZqlsnwAcACAAAAAAAAAAQ.Yk3xq1m2Zr9uWw0c5oJv8A';
export const examplePassword = 'correct-horse-battery';

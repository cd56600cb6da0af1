import { accountRoutes } from './account-routes.js';
import { booksRoutes } from './books-routes.js';
import { bankRoutes } from './bank-routes.js';
import { holdRoutes } from './hold-routes.js';
import { reportRoutes } from './report-routes.js';
import { transactionRoutes } from './transaction-routes.js';

export const cashRoutes = [
  ...accountRoutes,
  ...booksRoutes,
  ...transactionRoutes,
  ...holdRoutes,
  ...bankRoutes,
  ...reportRoutes,
];

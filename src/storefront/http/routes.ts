import { discountRoutes } from './discount-routes.js';
import { orderFulfillmentRoutes } from './order-fulfillment-routes.js';
import { orderRoutes } from './order-routes.js';
import { productRoutes } from './product-routes.js';

export const storefrontRoutes = [
  ...productRoutes,
  ...discountRoutes,
  ...orderRoutes,
  ...orderFulfillmentRoutes,
];

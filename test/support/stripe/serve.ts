import { STAND_IN_KEY, STAND_IN_WEBHOOK_SECRET, StripeStandIn } from './stand-in.js';

/** `npm run stripe:stand-in [PORT] [WEBHOOK_URL]`: serves the stand-in, to try Praxis without an account at Stripe. */
const [port = '12111', webhookUrl = 'http://127.0.0.1:3000/v1/webhooks/stripe'] = process.argv.slice(2);
const standIn = await new StripeStandIn().start(Number(port));
standIn.webhooks.url = webhookUrl;
console.log(`Stripe's stand-in is at ${standIn.url} and sends webhooks to ${webhookUrl}. Start Praxis with:
PAYMENT_GATEWAY=stripe
STRIPE_API_BASE=${standIn.url}
STRIPE_SECRET_KEY=${STAND_IN_KEY}
STRIPE_WEBHOOK_SECRET=${STAND_IN_WEBHOOK_SECRET}`);

import { z } from 'zod';
import type { Clock } from '../../kernel/clock.js';
import { defineRoute, repliedWith } from '../../platform/http/routing/route.js';
import { id } from '../../platform/http/requests/schemas.js';
import type { AddCard } from '../application/add-card.js';
import type { ChooseDefaultCard } from '../application/choose-default-card.js';
import type { ListCards } from '../application/list-cards.js';
import type { RemoveCard } from '../application/remove-card.js';
import type { ViewCard } from '../application/view-card.js';
import { exampleCard } from './examples.js';
import { cardView, toCardView } from './schemas.js';

const params = z.object({ id });
const exampleParams = { id: exampleCard.id };

export const cardRoutes = [
  defineRoute<{ listCards: ListCards; clock: Clock }>()({
    method: 'get',
    path: '/v1/me/cards',
    operationId: 'listCards',
    tag: 'cards',
    summary: 'List your saved cards, newest first',
    allow: 'member',
    status: 200,
    items: cardView,
    handle: async ({ actor, page }, { listCards, clock }) => {
      const { items, next } = await listCards({ actorId: actor.userId, userId: actor.userId, page });
      return { items: items.map((card) => toCardView(card, clock.now())), next };
    },
  }),
  defineRoute<{ addCard: AddCard; clock: Clock }>()({
    method: 'post',
    path: '/v1/me/cards',
    operationId: 'addCard',
    tag: 'cards',
    summary: 'Save a card',
    description:
      'Takes the token that the payment gateway issued to the client for the card, never the card number. The first card becomes the default. If the physical card is saved already, the response is 200 with the saved card; `isDefault` makes it the default.',
    allow: 'member',
    body: z.strictObject({
      gatewayToken: z
        .string()
        .min(1)
        .max(255)
        .regex(/^[\x21-\x7e]+$/, {
          error: 'must be visible ASCII characters',
        }),
      isDefault: z.boolean().optional(),
    }),
    rejectCardNumbers: true,
    status: 201,
    alsoStatus: [200],
    reply: cardView,
    location: (card) => `/v1/me/cards/${card.id}`,
    problems: ['invalid-card-token', 'card-expired', 'card-payments-off', 'gateway-unavailable'],
    example: { body: { gatewayToken: 'tok_visa_4242' }, reply: exampleCard },
    handle: async ({ actor, body: { gatewayToken, isDefault = false } }, { addCard, clock }) => {
      const { card, isNew } = await addCard({ userId: actor.userId, gatewayToken, isDefault });
      const view = toCardView(card, clock.now());
      return isNew ? view : repliedWith(200, view);
    },
  }),
  defineRoute<{ viewCard: ViewCard; clock: Clock }>()({
    method: 'get',
    path: '/v1/me/cards/{id}',
    operationId: 'getCard',
    tag: 'cards',
    summary: 'Read one of your cards',
    allow: 'member',
    params,
    status: 200,
    reply: cardView,
    example: { params: exampleParams, reply: exampleCard },
    handle: async ({ actor, params: { id: cardId } }, { viewCard, clock }) =>
      toCardView(await viewCard({ userId: actor.userId, cardId }), clock.now()),
  }),
  defineRoute<{ chooseDefaultCard: ChooseDefaultCard; clock: Clock }>()({
    method: 'patch',
    path: '/v1/me/cards/{id}',
    operationId: 'chooseDefaultCard',
    tag: 'cards',
    summary: 'Make a card the default',
    description: 'The previous default card keeps its version.',
    allow: 'member',
    params,
    body: z.strictObject({ isDefault: z.literal(true) }),
    rejectCardNumbers: true,
    status: 200,
    reply: cardView,
    example: { params: exampleParams, body: { isDefault: true }, reply: { ...exampleCard, version: 2 } },
    handle: async ({ actor, params: { id: cardId }, expectedVersion }, { chooseDefaultCard, clock }) =>
      toCardView(await chooseDefaultCard({ userId: actor.userId, cardId, expectedVersion }), clock.now()),
  }),
  defineRoute<{ removeCard: RemoveCard }>()({
    method: 'delete',
    path: '/v1/me/cards/{id}',
    operationId: 'removeCard',
    tag: 'cards',
    summary: 'Remove a card',
    description: 'If it was the default, the newest card that has not expired becomes the default.',
    allow: 'member',
    params,
    precondition: 'honoured',
    status: 204,
    example: { params: exampleParams },
    handle: ({ actor, params: { id: cardId }, expectedVersion }, { removeCard }) =>
      removeCard({ userId: actor.userId, cardId, expectedVersion }),
  }),
];

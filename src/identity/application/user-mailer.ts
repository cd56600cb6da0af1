import type { Mailer } from '../../kernel/mail.js';
import type { UserMailer } from './public-api.js';
import type { UserQueries } from './ports.js';

export const makeUserMailer = ({
  userQueries,
  mailer,
}: Readonly<{ userQueries: UserQueries; mailer: Mailer }>): UserMailer => ({
  async write({ id, userId, subject, text }) {
    const user = await userQueries.find(userId);
    if (user !== undefined) await mailer.send({ id, to: user.email, subject, text });
  },
});

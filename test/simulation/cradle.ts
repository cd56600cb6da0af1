import type { CashUseCases } from '../cash/world.js';
import type { ClinicCradle } from '../support/clinic-world.js';
import type { ShopCradle } from '../support/shop-on-postgres.js';
import type { CashQueries } from '../../src/cash/application/ports.js';
import type { AddTimeOff } from '../../src/clinic/application/add-time-off.js';
import type { AddCard } from '../../src/identity/application/add-card.js';
import type { ChangePassword } from '../../src/identity/application/change-password.js';
import type { ChangeRole } from '../../src/identity/application/change-role.js';
import type { ChooseDefaultCard } from '../../src/identity/application/choose-default-card.js';
import type { DisableUser } from '../../src/identity/application/disable-user.js';
import type { EnableUser } from '../../src/identity/application/enable-user.js';
import type { EndSession } from '../../src/identity/application/end-session.js';
import type { EraseUser } from '../../src/identity/application/erase-user.js';
import type { CardQueries, UserQueries } from '../../src/identity/application/ports.js';
import type { RefreshSession } from '../../src/identity/application/refresh-session.js';
import type { RemoveCard } from '../../src/identity/application/remove-card.js';
import type { SignIn } from '../../src/identity/application/sign-in.js';
import type { AdjustStock } from '../../src/storefront/application/adjust-stock.js';
import type { ChangeProduct } from '../../src/storefront/application/change-product.js';
import type { FulfillOrder } from '../../src/storefront/application/fulfill-order.js';

type IdentityUseCases = Readonly<{
  addCard: AddCard;
  chooseDefaultCard: ChooseDefaultCard;
  removeCard: RemoveCard;
  signIn: SignIn;
  refreshSession: RefreshSession;
  endSession: EndSession;
  changePassword: ChangePassword;
  changeRole: ChangeRole;
  disableUser: DisableUser;
  enableUser: EnableUser;
  eraseUser: EraseUser;
  userQueries: UserQueries;
  cardQueries: CardQueries;
}>;

/** What the simulation takes from the container, by the names the server knows it by. */
export type Cradle = CashUseCases &
  Omit<ClinicCradle, 'sequelize'> &
  Omit<ShopCradle, 'sequelize'> &
  IdentityUseCases &
  Readonly<{
    cashQueries: CashQueries;
    addTimeOff: AddTimeOff;
    adjustStock: AdjustStock;
    changeProduct: ChangeProduct;
    deliverOrder: FulfillOrder;
  }>;

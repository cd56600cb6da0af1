import { Model, type InferAttributes, type InferCreationAttributes, type Sequelize } from 'sequelize';
import { id, instant, MODEL_OPTIONS, reference, text } from '../../../../platform/database/model-columns.js';

/** A calendar feed of a user. */
export class CalendarFeedRow extends Model<
  InferAttributes<CalendarFeedRow>,
  InferCreationAttributes<CalendarFeedRow>
> {
  declare id: string;
  declare userId: string;
  declare tokenHash: string;
  declare createdAt: Date;
}

export const calendarFeedAttributes = () => ({
  id: id(),
  userId: reference(),
  tokenHash: text(),
  createdAt: instant(),
});

/** A subclass for each pool: Sequelize binds a class to the instance that initializes it. */
export const defineCalendarFeed = (sequelize: Sequelize) =>
  class extends CalendarFeedRow {}.init(calendarFeedAttributes(), {
    ...MODEL_OPTIONS,
    sequelize,
    modelName: 'calendarFeed',
    tableName: 'calendar_feeds',
  });

import {
  DataTypes,
  Model,
  Sequelize,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
} from 'sequelize';
import { connectionOf, type DatabaseAddress } from '../connection.ts';
import { schemaOfLane } from '../database.ts';

/** A venue, sender or network that events come from. */
export class Source extends Model<InferAttributes<Source>, InferCreationAttributes<Source>> {
  declare id: string;
  declare kind: 'market' | 'brokerage' | 'social';
  declare delivery: 'exact' | 'best_effort';
  declare title: string;
}

/** What is traded: a never re-used id (Y6), its currency, its home zone and the feed that makes its marks. */
export class Instrument extends Model<
  InferAttributes<Instrument>,
  InferCreationAttributes<Instrument>
> {
  declare id: string;
  declare kind: string;
  declare title: string;
  declare currency: string;
  declare primaryFeed: string | null;
  declare zone: CreationOptional<string>;
  declare tickDecimals: CreationOptional<number>;
  declare figi: CreationOptional<string | null>;
}

/** A name of an instrument in some namespace, valid for a time: resolve at event time. */
export class InstrumentAlias extends Model<
  InferAttributes<InstrumentAlias>,
  InferCreationAttributes<InstrumentAlias>
> {
  declare namespace: string;
  declare symbol: string;
  declare instrumentId: string;
}

export class Investor extends Model<InferAttributes<Investor>, InferCreationAttributes<Investor>> {
  declare key: string;
  declare zone: CreationOptional<string>;
}

export class Account extends Model<InferAttributes<Account>, InferCreationAttributes<Account>> {
  declare key: string;
  declare investorKey: string;
  declare sourceId: string;
  declare currency: string;
}

export interface Models {
  readonly Source: typeof Source;
  readonly Instrument: typeof Instrument;
  readonly InstrumentAlias: typeof InstrumentAlias;
  readonly Investor: typeof Investor;
  readonly Account: typeof Account;
  close(): Promise<void>;
}

// New objects each time: Sequelize writes the column name into the definition it is given.
const text = () => ({ type: DataTypes.TEXT, allowNull: false });
const key = () => ({ type: DataTypes.TEXT, primaryKey: true });

/** The relational model of a lane (D9). Never used on the stream path (PF23). */
export function createModels(address: DatabaseAddress, lane: string): Models {
  const { host = '', port = 5432, user = '', database = '', ssl } = connectionOf(address);
  const password = address.password?.read() ?? decodeURIComponent(new URL(address.url).password);
  const sequelize = new Sequelize(database, user, password, {
    dialect: 'postgres',
    host,
    port,
    dialectOptions: { ssl },
    logging: false,
    schema: schemaOfLane(lane),
    define: {
      timestamps: false,
      underscored: true,
      freezeTableName: true,
      schema: schemaOfLane(lane),
    },
    pool: { max: 2 },
  });
  Source.init(
    { id: key(), kind: text(), delivery: text(), title: text() },
    { sequelize, tableName: 'source' },
  );
  Instrument.init(
    {
      id: key(),
      kind: text(),
      title: text(),
      currency: text(),
      primaryFeed: { type: DataTypes.TEXT },
      zone: { ...text(), defaultValue: 'UTC' },
      tickDecimals: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 2 },
      figi: { type: DataTypes.TEXT },
    },
    { sequelize, tableName: 'instrument' },
  );
  InstrumentAlias.init(
    { namespace: key(), symbol: key(), instrumentId: text() },
    { sequelize, tableName: 'instrument_alias' },
  );
  Investor.init(
    { key: key(), zone: { ...text(), defaultValue: 'America/New_York' } },
    { sequelize, tableName: 'investor' },
  );
  Account.init(
    { key: key(), investorKey: text(), sourceId: text(), currency: text() },
    { sequelize, tableName: 'account' },
  );
  Instrument.hasMany(InstrumentAlias, { foreignKey: 'instrumentId' });
  Investor.hasMany(Account, { foreignKey: 'investorKey' });
  Source.hasMany(Account, { foreignKey: 'sourceId' });
  return { Source, Instrument, InstrumentAlias, Investor, Account, close: () => sequelize.close() };
}

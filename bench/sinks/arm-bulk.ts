/** Arm "bulk": Sequelize as its documents show it, `bulkCreate` with `updateOnDuplicate`. */
import { DataTypes, Sequelize } from 'sequelize';
import { runArm } from './arm.ts';
import { TABLE } from './rows.ts';

const needed = { allowNull: false } as const;

await runArm(async ({ databaseUrl, schema }) => {
  const sequelize = new Sequelize(databaseUrl, {
    logging: false,
    pool: { max: 1 },
    define: { timestamps: false, freezeTableName: true, schema },
  });
  const Latest = sequelize.define(
    'Latest',
    {
      entity: { type: DataTypes.TEXT, primaryKey: true, ...needed },
      feature_set: { type: DataTypes.TEXT, primaryKey: true, ...needed },
      window_size_ms: { type: DataTypes.BIGINT, primaryKey: true, ...needed },
      window_start_us: { type: DataTypes.BIGINT, ...needed },
      revision: { type: DataTypes.BIGINT, ...needed },
      sentiment: { type: DataTypes.DOUBLE, ...needed },
      close: { type: DataTypes.DECIMAL(38, 18), ...needed },
      status: { type: DataTypes.TEXT, ...needed },
    },
    { tableName: TABLE },
  );
  await sequelize.authenticate();
  return {
    async upsert(batch) {
      await Latest.bulkCreate(batch as never, {
        updateOnDuplicate: ['window_start_us', 'revision', 'sentiment', 'close', 'status'],
        returning: false,
      });
    },
    close: () => sequelize.close(),
  };
});

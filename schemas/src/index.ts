export type * from './generated/records.ts';
export { features, topics } from './generated/catalogue.ts';
export type { FeatureSetName, TopicName, TopicRecords } from './generated/catalogue.ts';
export { kafkaRights } from './generated/rights.ts';
export { AvroCursor } from './avro-cursor.ts';
export { recordReaders } from './generated/readers.ts';
export { recordMaps, schemaTexts } from './generated/schema-texts.ts';
export type { RecordName } from './generated/schema-texts.ts';
export { inLane, laneConsumerGroup, LIVE_LANE } from './lanes.ts';
export type {
  InvestorData,
  LiveCursor,
  LiveFrame,
  LiveGatewayStatus,
  LiveItem,
  LiveProblem,
  LiveRefused,
  LiveSession,
  LiveVerdict,
  MarketData,
  PostData,
  PostTakenBack,
  PriceData,
  SentimentData,
  SubscribeAccepted,
  SubscribeAnswer,
  SubscribeRequest,
  UnsubscribeAnswer,
} from './live.ts';
export type { PeerComparison } from './peer-comparison.ts';
export { serveApiDocument } from './generated/openapi.ts';

import type { Request, Response } from 'express';

export type Handler = (req: Request, res: Response) => Promise<void>;

/** One handler per operation of the OpenAPI document that is not a health route. */
export interface Handlers {
  readonly listLatestFeatures: Handler;
  readonly getLatestFeature: Handler;
  readonly listFeatureHistory: Handler;
  readonly listFeatureRevisions: Handler;
  readonly getLatestBehaviour: Handler;
  readonly listBehaviourHistory: Handler;
  readonly listLots: Handler;
  readonly listExecutions: Handler;
  readonly getTradingPeers: Handler;
  readonly explainFeature: Handler;
  readonly listPosts: Handler;
  readonly predict: Handler;
  readonly getModelsStatus: Handler;
  readonly getFlow: Handler;
  readonly listInstruments: Handler;
  readonly getInstrument: Handler;
  readonly listSources: Handler;
  readonly getCatalogue: Handler;
  readonly getConservation: Handler;
  readonly listDeadLetters: Handler;
  readonly getOpenapi: Handler;
}

export { moodValues } from './mood-values.ts';
export { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from './otlp-receiver.ts';
export {
  openServiceLane,
  type LaneRecord,
  type RunningService,
  type ServiceLane,
} from './service-lane.ts';

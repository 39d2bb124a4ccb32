export { moodValues } from './mood-values.ts';
export {
  openServiceLane,
  type LaneRecord,
  type RunningService,
  type ServiceLane,
} from './service-lane.ts';

export { createScoreTopology, createWindowTopology, moodConfig } from './topology.ts';

export { config } from './config.ts';
export {
  startPersistOnline,
  type PersistOnline,
  type PersistOnlineDeps,
} from './persist-online.ts';

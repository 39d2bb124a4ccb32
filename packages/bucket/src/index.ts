export {
  createBucket,
  type Bucket,
  type BucketAccess,
  type Opened,
  type StoredObject,
} from './bucket.ts';
export { BucketRefusedError, BucketUnavailableError } from './errors.ts';

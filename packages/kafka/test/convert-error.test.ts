import { expect } from 'chai';
import { fromKafkaError, isFencedMember } from '../src/convert-error.ts';
import { RegistryUnavailableError } from '../src/errors.ts';

function kafkaError(name: string, fields: object = {}): Error {
  return Object.assign(new Error(name), { name, ...fields });
}

describe('errors of kafkajs at the door', () => {
  it('calls an exhausted retry an outage, although kafkajs calls it final', () => {
    const error = kafkaError('KafkaJSNumberOfRetriesExceeded', {
      retriable: false,
      cause: kafkaError('KafkaJSConnectionError'),
    });
    expect(fromKafkaError(error, 'send')).to.include({
      code: 'GW_KAFKA_UNAVAILABLE',
      retriable: true,
    });
  });

  it('calls a refused record final', () => {
    const error = kafkaError('KafkaJSProtocolError', {
      type: 'MESSAGE_TOO_LARGE',
      retriable: false,
    });
    const converted = fromKafkaError(error, 'send');
    expect(converted).to.include({ code: 'GW_KAFKA_REFUSED', retriable: false });
    expect(converted.fields).to.deep.equal({ doing: 'send', kafka: 'MESSAGE_TOO_LARGE' });
    expect(converted.cause).to.equal(error);
  });

  it('does not call an unknown error retriable, as kafkajs does', () => {
    expect(fromKafkaError(new TypeError('a bug'), 'send').retriable).to.equal(false);
  });

  it('leaves our own errors as they are', () => {
    const ours = new RegistryUnavailableError('no answer');
    expect(fromKafkaError(ours, 'send')).to.equal(ours);
  });

  it('knows what a group says to one who is no longer its member', () => {
    const fenced = kafkaError('KafkaJSProtocolError', { type: 'ILLEGAL_GENERATION' });
    expect(isFencedMember(kafkaError('KafkaJSNonRetriableError', { cause: fenced }))).to.equal(
      true,
    );
    expect(isFencedMember(new Error('other'))).to.equal(false);
  });
});

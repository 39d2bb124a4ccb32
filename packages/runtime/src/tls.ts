import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { GroundswellError, toError } from '@groundswell/domain';

/** Where the certificates of a connection are. They are read again for each connection: a renewed one needs no restart (S80). */
export interface TlsFiles {
  /** Authority of the other side, PEM. Without: the public ones, and NODE_EXTRA_CA_CERTS. */
  readonly caFile?: string;
  /** Our own certificate and its key, PEM, where the other side asks for one. */
  readonly certFile?: string;
  readonly keyFile?: string;
}

/**
 * What every TLS connection of the platform is made with: TLS 1.2 or later, the chain, the name and the dates are checked, and nothing in
 * the environment can switch that off.
 * @param host name that the certificate must carry; addresses are compared with its IP entries
 * @throws what the file system throws
 */
export function tlsOptions(files: TlsFiles, host: string): ConnectionOptions {
  const { caFile, certFile, keyFile } = files;
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    ...(certFile === undefined ? {} : { cert: readFileSync(certFile) }),
    ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
  };
}

/**
 * The other side did not prove that it is the one we asked for: authority, name or dates of its certificate, or no TLS at all. Final: the
 * same connection fails again until a person changes something, and there is no way down to less protection.
 */
export class UntrustedPeerError extends GroundswellError {
  constructor(peer: string, reason: string, cause: unknown) {
    super(`${peer} did not prove who it is (${reason}): nothing was sent to it`, {
      code: 'GW_UNTRUSTED_PEER',
      retriable: false,
      cause,
      fields: { peer, reason },
    });
  }
}

/** Codes of OpenSSL's verification and of Node's check of names; the last two: the other side speaks no TLS, or none of ours. */
const UNTRUSTED =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|ERR_TLS_CERT_ALTNAME_INVALID|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL|TLSV1_ALERT_PROTOCOL_VERSION))/;

/** The error of a connection as UntrustedPeerError when that is what it says, also where a library has wrapped it; otherwise null. */
export function asUntrustedPeer(thrown: unknown, peer: string): UntrustedPeerError | null {
  let error: Error & { readonly code?: unknown } = toError(thrown);
  for (let depth = 0; depth < 6; depth += 1) {
    if (error instanceof UntrustedPeerError) return error;
    if (typeof error.code === 'string' && UNTRUSTED.test(error.code)) {
      return new UntrustedPeerError(peer, error.code, thrown);
    }
    if (!(error.cause instanceof Error)) break;
    error = error.cause;
  }
  return null;
}

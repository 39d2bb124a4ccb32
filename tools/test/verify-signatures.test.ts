import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';

/** The script that the pipeline runs before a deployment, with a cosign that only notes how it was called: the real one needs its log and a registry. */
describe('infra/ci/verify-signatures.sh', () => {
  const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
  const values = (service: string, digest: string): string =>
    `image: { digests: { ${service}: "${digest}" } }\n`;
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gw-signatures-'));
    const cosign = join(folder, 'cosign');
    // Refuses what the test names.
    writeFileSync(
      cosign,
      '#!/bin/sh\necho "$*" >> "$NOTES"\ncase "$*" in *"$REFUSED"*) exit 1 ;; esac\n',
    );
    chmodSync(cosign, 0o755);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const verify = (
    expected: number,
    refused = 'nothing',
  ): { code: number | null; output: string; calls: string } => {
    const notes = join(folder, 'notes');
    writeFileSync(notes, '');
    const ran = spawnSync(
      'sh',
      [
        'infra/ci/verify-signatures.sh',
        'images.example.com/gw',
        'https://a//b@refs/x',
        'https://a',
        folder,
        String(expected),
      ],
      {
        encoding: 'utf8',
        env: {
          PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
          NOTES: notes,
          REFUSED: refused,
        },
      },
    );
    return {
      code: ran.status,
      output: ran.stdout + ran.stderr,
      calls: readFileSync(notes, 'utf8'),
    };
  };

  it('asks for the signature and the list of parts of every digest, by identity and issuer', () => {
    writeFileSync(join(folder, 'digest-watch.yaml'), values('watch', digestOf('a')));
    writeFileSync(join(folder, 'digest-serve-api.yaml'), values('serve-api', digestOf('b')));
    const { code, calls } = verify(2);
    expect(code).to.equal(0);
    const who = '--certificate-identity https://a//b@refs/x --certificate-oidc-issuer https://a';
    expect(calls.trim().split('\n')).to.deep.equal(
      [`serve-api@${digestOf('b')}`, `watch@${digestOf('a')}`].flatMap((image) => [
        `verify ${who} images.example.com/gw/${image}`,
        `verify-attestation ${who} --type cyclonedx images.example.com/gw/${image}`,
      ]),
    );
  });

  for (const step of ['verify ', 'verify-attestation ']) {
    it(`refuses an image that fails ${step.trim()}, after it has looked at the others`, () => {
      writeFileSync(join(folder, 'digest-a.yaml'), values('a', digestOf('a')));
      writeFileSync(join(folder, 'digest-b.yaml'), values('b', digestOf('b')));
      const { code, output } = verify(2, step);
      expect(code).to.equal(1);
      expect(output).to.include(`gw/a@${digestOf('a')}: not signed by`);
      expect(output).to.include('2 of 2 images looked at, 2 wrong');
    });
  }

  it('refuses a file without a whole digest, a folder without a file, and a list that is short', () => {
    expect(verify(1).code).to.equal(1);
    writeFileSync(join(folder, 'digest-c.yaml'), values('c', digestOf('c')));
    expect(verify(1).code).to.equal(0);
    expect(verify(2).code).to.equal(1);
    writeFileSync(join(folder, 'digest-a.yaml'), values('a', 'sha256:abc'));
    writeFileSync(join(folder, 'digest-b.yaml'), values('b', digestOf('b')));
    const { code, output } = verify(3);
    expect(code).to.equal(1);
    expect(output).to.include('digest-a.yaml: no digest in it');
  });

  it('reads what publish-image.sh writes', () => {
    const written = /printf '(image: .+)\\n'/.exec(
      readFileSync('infra/ci/publish-image.sh', 'utf8'),
    )?.[1];
    expect(written?.replace('%s', 'watch').replace('%s', digestOf('c'))).to.equal(
      values('watch', digestOf('c')).trim(),
    );
  });
});

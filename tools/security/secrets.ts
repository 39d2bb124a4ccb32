import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Finding {
  readonly file: string;
  /** 1-based; 0 = somewhere in the history of the file. */
  readonly line: number;
  readonly kind: string;
}

interface Kind {
  readonly kind: string;
  readonly pattern: RegExp;
  /** Looks at the captured text where the form alone says too little. */
  readonly isSecret?: (captured: string) => boolean;
}

/** Bits per character: words and placeholders stay below 3.5, random base64 of 20 characters and more does not. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / text.length;
    return sum - share * Math.log2(share);
  }, 0);
}

const looksRandom = (text: string): boolean =>
  entropyOf(text) >= 3.5 && /[0-9]/.test(text) && /[a-z]/i.test(text);

/** Passwords that are documented as none: the local database, and names in place of a password. */
const openPasswords =
  /^(groundswell|postgres|password|secret|pass|pw|[A-Z_]+|\$.*|<.*|\{.*|\*+|x+)$/;

const KINDS: readonly Kind[] = [
  {
    kind: 'private key',
    pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*\\?n?([A-Za-z0-9+/]{20,})/,
  },
  { kind: 'AWS or Spaces key', pattern: /\b((?:AKIA|ASIA|DO00)[A-Z0-9]{16})\b/ },
  { kind: 'DigitalOcean token', pattern: /\b(do[opr]_v1_[0-9a-f]{64})\b/ },
  { kind: 'GitLab token', pattern: /\b(gl(?:pat|ptt|dt|rt|cbt)-[\w-]{20,})/ },
  { kind: 'GitHub token', pattern: /\b(gh[pousr]_[A-Za-z0-9]{36})\b/ },
  { kind: 'npm token', pattern: /\b(npm_[A-Za-z0-9]{36})\b/ },
  { kind: 'Slack token', pattern: /\b(xox[abprs]-[\w-]{20,})/ },
  { kind: 'JSON web token', pattern: /\b(eyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{40,})/ },
  {
    kind: 'password in an address',
    pattern: /\b[a-z][a-z0-9+]*:\/\/[^\s:/@'"`]+:([^\s:/@'"`]+)@/,
    isSecret: (password) => !openPasswords.test(password) && looksRandom(password),
  },
  {
    kind: 'assigned secret',
    pattern:
      /(?:password|passwd|secret|token|api_?key|private_?key|hmac_key\w*)["']?\s*[:=]\s*["']([\w+/=-]{20,})["']/i,
    isSecret: looksRandom,
  },
];

/** Secrets in one text. */
export function secretsIn(file: string, text: string): readonly Finding[] {
  return text.split('\n').flatMap((content, index) =>
    KINDS.filter(({ pattern, isSecret = () => true }) => {
      const captured = pattern.exec(content)?.[1];
      return captured !== undefined && isSecret(captured);
    }).map(({ kind }) => ({ file, line: index + 1, kind })),
  );
}

/** Archives' hashes, not secrets; and a scanner's own list of forms. */
const SKIPPED = /(^|\/)package-lock\.json$|\.(png|ico|woff2|gz|jar)$/;

/** Every file that git tracks. */
export function scanTree(rootDir: string): readonly Finding[] {
  return git(rootDir, ['ls-files', '-z'])
    .split('\0')
    .filter((file) => file !== '' && !SKIPPED.test(file))
    .flatMap((file) => {
      try {
        return secretsIn(file, readFileSync(join(rootDir, file), 'utf8'));
      } catch {
        return []; // deleted and not yet committed
      }
    });
}

/** Every line that any commit ever added: what was removed later is still there to be read. */
export function scanHistory(rootDir: string): readonly Finding[] {
  const patch = git(rootDir, ['log', '--all', '-p', '-U0', '--no-color', '--no-ext-diff']);
  const found = new Map<string, Finding>();
  let file = '';
  for (const line of patch.split('\n')) {
    if (line.startsWith('+++ ')) file = line.slice('+++ b/'.length);
    else if (line.startsWith('+') && !SKIPPED.test(file)) {
      for (const { kind } of secretsIn(file, line.slice(1))) {
        found.set(`${file}|${kind}`, { file, line: 0, kind });
      }
    }
  }
  return [...found.values()];
}

/**
 * One made-up secret of each kind, put together here so that the scanner does not find them in this file. A scanner that does not find
 * all of them is blind, and says nothing about the rest (S70).
 */
export function canaries(): readonly { readonly kind: string; readonly text: string }[] {
  const hex = '0123456789abcdef'.repeat(4);
  const mixed = 'q7Zt2Lw9Xc4Vb1Nm8Ks5Pd3Rf6Hg0Jy2Ua7e';
  const of = (kind: string, ...parts: readonly string[]) => ({ kind, text: parts.join('') });
  return [
    of('private key', '-----BEGIN PRIVATE', ' KEY-----\\n', mixed),
    of('AWS or Spaces key', 'AKIA', 'Q7ZT2LW9XC4VB1NM'),
    of('DigitalOcean token', 'dop_v1', '_', hex),
    of('GitLab token', 'glpat', '-', mixed.slice(0, 20)),
    of('GitHub token', 'ghp', '_', mixed),
    of('npm token', 'npm', '_', mixed),
    of('Slack token', 'xoxb', '-', mixed),
    of('JSON web token', 'eyJ', mixed, '.eyJ', mixed, '.', mixed, mixed),
    of(
      'password in an address',
      'postgres://app:',
      mixed.slice(0, 24),
      '@db.example.com/groundswell',
    ),
    of('assigned secret', 'INVESTOR_HMAC_KEY', '_V1: "', mixed, '"'),
  ];
}

function git(cwd: string, args: readonly string[]): string {
  return execFileSync('git', [...args], { cwd, encoding: 'utf8', maxBuffer: 512 * 1024 * 1024 });
}

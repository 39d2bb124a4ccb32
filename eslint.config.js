import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Rules beyond the presets carry the house rule that they stand for. */
export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.groundswell/**',
      'coverage/**',
      '**/generated/**',
      '**/*.svelte',
      '**/*.cjs',
      '**/*.mjs',
      '**/*.d.mts',
      'services/watch-dashboard/vite.config.ts',
      'services/watch-dashboard/svelte.config.js',
      'eslint.config.js',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allow: [{ name: 'bigint', from: 'lib' }] },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/unbound-method': 'off',
      'no-console': 'error',
      'no-empty': 'error',
    },
  },
  {
    // ER2: thrown errors are GroundswellErrors; ST5, ST7: environment, wall clock and chance come in as arguments.
    files: [
      'packages/*/src/**/*.ts',
      'services/*/src/**/*.ts',
      'services/*/server/**/*.ts',
      'schemas/src/**/*.ts',
    ],
    ignores: ['packages/simulator/**', 'packages/oracle/**', 'packages/testkit/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ThrowStatement > NewExpression[callee.name=/^(Type|Range)?Error$/]',
          message: 'Throw a GroundswellError with a code (ER2).',
        },
      ],
    },
  },
  {
    // Inside decoding a RangeError says "not these bytes"; the codec turns whatever is thrown there into an UndecodableError.
    files: ['packages/kafka/src/avro-types.ts', 'schemas/src/avro-cursor.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: [
      'packages/{domain,windows,ledger,market,behaviour,stream,sentiment,symbology,mood}/src/**/*.ts',
      'services/*/src/{core,steps}/**/*.ts',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time is an argument (D3).' },
        { object: 'Math', property: 'random', message: 'Chance is an argument (D3).' },
        {
          object: 'process',
          property: 'env',
          message: 'Only main.ts reads the environment (ST5).',
        },
      ],
    },
  },
  {
    // k6 runs these; tsc knows its globals (load-tests/types) and reports names that do not exist.
    files: ['load-tests/{lib,scenarios}/*.js'],
    rules: { 'no-undef': 'off' },
  },
  {
    files: ['**/test/**/*.ts', 'e2e/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);

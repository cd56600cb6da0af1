import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Answers that depend on the time zone of the machine: use the practice's zone (`TimeZones`) or UTC. */
const LOCAL_TIME = [
  {
    selector:
      'CallExpression[callee.property.name=/^([gs]et(Date|Day|Month|FullYear|Year|Hours|Minutes|Seconds|Milliseconds)|getTimezoneOffset|toLocale(Date|Time)String|to(Date|Time)String)$/]',
    message: 'Local time depends on the machine: use TimeZones, or the UTC method.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length>1]",
    message: 'Local time depends on the machine: use Date.UTC.',
  },
];

export default tseslint.config(
  {
    ignores: [
      'reports/',
      '.stryker-tmp/',
      'dist/',
      'coverage/',
      'var/',
      'node_modules/',
      'test/architecture/fixtures/',
    ],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      // Object shapes are type aliases, ports and contracts are interfaces: the house uses both on purpose.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // `${count}` is how a number is put into a sentence.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name what is exported.' },
        { selector: 'Decorator', message: 'Wire with factories, not with decorators.' },
        ...LOCAL_TIME,
      ],
    },
  },
  {
    // Promises that mocha awaits, chai's property assertions and a test's own non-null knowledge.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      // Bodies of answers are read freely: each has been checked against the document before a test sees it.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-console': 'off',
    },
  },
  {
    files: ['**/*.cjs'],
    rules: { 'no-restricted-syntax': ['error', ...LOCAL_TIME] },
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        module: 'writable',
        require: 'readonly',
        process: 'readonly',
        __dirname: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        performance: 'readonly',
        fetch: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
);

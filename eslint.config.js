import hooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const environment = { selector: "MemberExpression[object.name='process'][property.name='env']", message: 'settings are declared in lib/platform/env.ts; read env() instead of process.env' }
const defaultExport = { selector: 'ExportDefaultDeclaration', message: 'name what you export: only pages and configuration have a default export' }
const chance = [
  { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: 'time comes in through the door: use context.now' },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'time comes in through the door: use context.now' },
  { selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']", message: 'chance comes in through the door' },
  { selector: "CallExpression[callee.name='randomUUID'], CallExpression[callee.property.name='randomUUID']", message: 'ids come in through the door: use context.newId()' },
  { selector: "CallExpression[callee.name='fetch']", message: 'commands and rules have no network' },
]

/** Programs, tests and tools read the environment themselves; the product does it in one file. */
const readsEnvironment = ['lib/platform/env.ts', 'scripts/**', 'agent/**', 'cli/**', 'demo/**', 'tests/**', 'bench/**', '**/*.test.{ts,tsx}', 'server.ts', '*.config.{ts,js,mjs}']
/** Where the framework asks for a default export. */
const framework = ['app/**', 'proxy.ts', '*.config.{ts,js,mjs}', 'tests/support/cluster.ts', 'tests/e2e/stack.ts']
const pure = ['lib/*/rules/**', 'lib/*/commands/**']
const tests = ['**/*.test.ts', '**/*.test.tsx', 'tests/**', 'agent/testing/**', '**/*.e2e.ts', '**/*.bench.ts']

export default defineConfig([
  globalIgnores(['node_modules', '.next', '.knowngood', 'lib/generated', 'next-env.d.ts', 'test-results', 'playwright-report', 'tests/architecture/fixtures', '**/*.{js,mjs,cjs}']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_', ignoreRestSiblings: true }],
      // A handler is async because its port is, whether or not this one waits.
      '@typescript-eslint/require-await': 'off',
      // Nobody can write `any`, and what libraries hand out as one is narrowed by the compiler's strictness where it matters.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      // Our ports are objects of functions that use no `this`; JSON fields are `unknown` and go through String().
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-empty': ['error', { allowEmptyCatch: true }],
    },
  },
  { files: ['**/*.{ts,tsx}'], rules: { 'no-restricted-syntax': ['error', environment, defaultExport] } },
  { files: framework, rules: { 'no-restricted-syntax': ['error', environment] } },
  { files: readsEnvironment, rules: { 'no-restricted-syntax': ['error', defaultExport] } },
  { files: pure, ignores: tests, rules: { 'no-restricted-syntax': ['error', environment, defaultExport, ...chance] } },
  { files: ['*.config.{ts,js,mjs}', 'tests/support/cluster.ts', 'tests/e2e/stack.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['app/**/*.tsx', 'components/**/*.tsx', 'lib/client/**/*.tsx'],
    plugins: { 'react-hooks': hooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  // In a test an unhandled rejection fails the run, which is what it should do.
  { files: tests, rules: { '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false, arguments: false } }] } },
])

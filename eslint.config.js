import neostandard from 'neostandard'
import tseslint from 'typescript-eslint'

// By name: the service that finds them by itself takes a tenth longer.
const projects = ['tsconfig.json', 'example/tsconfig.json', 'test/example/tsconfig.json', 'test/browser/tsconfig.json', 'test/types/merged/tsconfig.json']

export default [
  { ignores: ['.build/**', 'dist/**', '.tap/**', 'coverage/**', 'docs/api/**', 'test/consumers/project/**', 'reports/**', '.stryker-tmp/**'] },
  ...neostandard({ ts: true }),
  {
    // What a browser has.
    files: ['example/page/*.js'],
    languageOptions: {
      globals: Object.fromEntries(['document', 'history', 'location', 'sessionStorage', 'HTMLElement', 'HTMLButtonElement', 'HTMLFormElement', 'HTMLProgressElement'].map((name) => [name, 'readonly']))
    },
    rules: { 'no-void': ['error', { allowAsStatement: true }] }
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: projects, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      'no-void': ['error', { allowAsStatement: true }],
      // Its typed twin below knows which values are errors.
      'prefer-promise-reject-errors': 'off',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unnecessary-condition': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': 'error'
    }
  },
  {
    // A tap test returns its promise to the runner; `t.test` need not be awaited.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-misused-promises': 'off'
    }
  },
  {
    files: ['src/**/*.ts'],
    // Beside the plugin's own, what another package exports may be declared.
    ignores: ['src/index.ts', 'src/plugin.ts', 'src/errors/sensible.d.ts'],
    rules: { 'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } }] }
  }
]

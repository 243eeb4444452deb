import { defineConfig } from 'vitest/config'

const exclude = ['node_modules/**', 'dist/**', '.next/**', 'templates/**', 'test/apps/**', 'e2e/**']
/** Beside what they test, as units are. */
const DOCKER = 'lib/**/*.docker.test.ts'
const alias = { '@': new URL('.', import.meta.url).pathname }

/** Whether services of the suites that know both run as containers. */
const onDocker = process.env.EASEL_TEST_TARGET === 'docker'

/**
 * For kinds that wait for engines, databases and processes on a busy machine. `npm test` names what took it. A property that was
 * found false is false. Kinds that prove that nothing is lost have no second try: docs/decisions/second-try.md.
 */
const SECOND_TRY = { retry: { count: 1, condition: /^(?!Property failed)/ }, expect: { poll: { timeout: 20_000 } } }

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: { name: 'unit', include: ['lib/**/*.test.ts', 'components/**/*.test.{ts,tsx}', 'app/**/*.test.ts', 'test/*.test.ts'], exclude: [...exclude, DOCKER], testTimeout: 30_000, env: { EASEL_LOG_LEVEL: 'silent' } },
      },
      {
        resolve: { alias },
        // They need a Docker engine: `npm test` runs them when one answers.
        test: { name: 'docker', include: [DOCKER, 'test/docker/**/*.test.ts'], exclude, globalSetup: ['test/docker/global-setup.ts', 'test/harness/global-setup.ts'], testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: 2, env: { EASEL_LOG_LEVEL: 'silent' }, ...SECOND_TRY },
      },
      {
        resolve: { alias },
        test: {
          name: 'integration',
          ...SECOND_TRY,
          include: ['test/integration/**/*.test.ts'],
          exclude,
          globalSetup: ['test/harness/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          env: { EASEL_LOG_LEVEL: 'silent' },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'fault',
          include: ['test/fault/**/*.test.ts'],
          exclude,
          globalSetup: ['test/fault/global-setup.ts'],
          testTimeout: onDocker ? 600_000 : 240_000,
          hookTimeout: 120_000,
          // Images are made side by side in no less time than one after the other.
          maxWorkers: onDocker ? 1 : 3,
          maxConcurrency: onDocker ? 2 : 3,
          env: { EASEL_LOG_LEVEL: 'silent' },
        },
      },
      {
        resolve: { alias },
        test: { name: 'chaos', include: ['test/chaos/**/*.test.ts'], exclude, maxWorkers: 1, env: { EASEL_LOG_LEVEL: 'silent' } },
      },
      {
        resolve: { alias },
        test: {
          name: 'load',
          include: ['test/load/**/*.test.ts'],
          exclude,
          globalSetup: ['test/load/global-setup.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          env: { EASEL_LOG_LEVEL: 'silent' },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'data',
          include: ['test/data/**/*.test.ts'],
          exclude,
          globalSetup: ['test/trouble/global-setup.ts'],
          testTimeout: 400_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          env: { EASEL_LOG_LEVEL: 'silent' },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'trouble',
          include: ['test/trouble/**/*.test.ts'],
          exclude,
          globalSetup: ['test/trouble/global-setup.ts'],
          testTimeout: 400_000,
          hookTimeout: 120_000,
          // What one case makes scarce, another must not need.
          maxWorkers: 1,
          env: { EASEL_LOG_LEVEL: 'silent' },
        },
      },
    ],
  },
})

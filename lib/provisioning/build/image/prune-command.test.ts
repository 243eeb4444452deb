import { expect, it } from 'vitest'

import { pruneCommand } from './prune-command'

const command = (argv: string[], directory?: string) => ({ argv, env: {}, ...(directory === undefined ? {} : { directory }) })

it.each([
  ['npm' as const, command(['npm', 'ci', '--include=dev']), 'npm prune --omit=dev --include=prod --ignore-scripts --no-audit --no-fund'],
  ['pnpm' as const, command(['npx', '--yes', 'pnpm@9.15.9', 'install']), 'npx --yes pnpm@9.15.9 prune --prod'],
  ['pnpm' as const, command(['npx', '--yes', 'pnpm@9.15.9', 'install'], ''), undefined],
  ['npm' as const, command(['make', 'install']), undefined],
  ['yarn' as const, command(['npx', '--yes', 'yarn@1.22.22', 'install']), undefined],
  ['yarn-berry' as const, command(['npx', '--yes', '@yarnpkg/cli-dist@4.18.1', 'install']), undefined],
])('%s, %j: %s', (packageManager, first, expected) => expect(pruneCommand({ packageManager, install: [first] })?.argv.join(' ')).toBe(expected))

it('is done where it was installed, and not at all where nothing was', () => {
  expect(pruneCommand({ packageManager: 'npm', install: [command(['npm', 'ci'], '')] })).toMatchObject({ directory: '' })
  expect(pruneCommand({ packageManager: 'npm', install: [] })).toBeNull()
})

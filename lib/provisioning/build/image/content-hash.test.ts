import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { contentHash } from './content-hash'
import { ignoreText } from './ignore'

const never = new AbortController().signal
let context: string
beforeEach(() => {
  context = mkdtempSync(join(tmpdir(), 'easel-content-'))
})
afterEach(() => rmSync(context, { recursive: true, force: true }))

function write(name: string, text: string): void {
  mkdirSync(dirname(join(context, name)), { recursive: true })
  writeFileSync(join(context, name), text)
}

it('packages that a source brings along count as well', async () => {
  write('vendor/node_modules/one/index.js', '1')
  const before = await contentHash({ context, inputs: {} }, never)
  write('.git/HEAD', 'moves')
  expect(await contentHash({ context, inputs: {} }, never)).toBe(before)
  write('vendor/node_modules/one/index.js', '2')
  expect(await contentHash({ context, inputs: {} }, never)).not.toBe(before)
})

it('what is left out of a context is said beside its Dockerfile, else in it', async () => {
  expect(await ignoreText(context, null, 'deploy/api.Dockerfile')).toMatchObject({ isOwn: false })
  // Reading this would have no end.
  symlinkSync('/dev/zero', join(context, '.dockerignore'))
  expect(await ignoreText(context, null, null)).toMatchObject({ isOwn: false })
  rmSync(join(context, '.dockerignore'))
  write('.dockerignore', 'all\n')
  expect((await ignoreText(context, null, 'deploy/api.Dockerfile')).text).toContain('all')
  write('deploy/api.Dockerfile.dockerignore', 'one\n')
  expect(await ignoreText(context, null, 'deploy/api.Dockerfile')).toEqual({ text: 'one\n\n', isOwn: true })
})

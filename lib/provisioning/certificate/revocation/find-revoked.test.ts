import { afterAll, beforeAll, expect, test } from 'vitest'

import { makeOwnAuthority, type OwnAuthority } from '../../../../test/harness/revoked'
import { isListed, listAddresses } from './find-revoked'

let ours: OwnAuthority
let theirs: OwnAuthority
const listUrl = 'http://crl.example.com/1.crl'

beforeAll(() => {
  ours = makeOwnAuthority()
  theirs = makeOwnAuthority()
})
afterAll(() => {
  ours.remove()
  theirs.remove()
})

test('a list is believed when the authority of the certificate has signed it, as long as it holds', async () => {
  const bad = ours.issue('bad', { host: 'bad.example.com', listUrl }).chainPem
  const good = ours.issue('good', { host: 'good.example.com', listUrl }).chainPem
  expect(listAddresses(bad)).toEqual([listUrl])
  const now = new Date()
  expect(await isListed(bad, ours.list(), now)).toBe(false)
  ours.revoke('bad')
  const list = ours.list()
  expect(await isListed(bad, list, now)).toBe(true)
  expect(await isListed(good, list, now)).toBe(false)

  expect(await isListed(bad, theirs.list(), now)).toBeNull()
  expect(await isListed(bad, list, new Date(now.getTime() + 2 * 24 * 3_600_000))).toBeNull()
  expect(await isListed(bad, Buffer.from('<html>not found</html>'), now)).toBeNull()
  // Without the certificate of the authority nothing can be believed.
  expect(await isListed(bad.slice(0, bad.indexOf('-----END') + 30), list, now)).toBeNull()
})

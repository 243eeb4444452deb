import { expect, it } from 'vitest'

import { caaIdentity, mayIssue, type CaaRecord } from './caa'

const issue = (value: string): CaaRecord => ({ tag: 'issue', value })
const wild = (value: string): CaaRecord => ({ tag: 'issuewild', value })

it.each<[string, CaaRecord[], boolean, boolean]>([
  ['none', [], true, true],
  ['ours', [issue('letsencrypt.org')], true, true],
  ['ours with parameters', [issue(' LetsEncrypt.org ; validationmethods=http-01')], true, true],
  ['another', [issue('digicert.com')], false, false],
  ['nobody', [issue(';')], false, false],
  ['both', [issue('digicert.com'), issue('letsencrypt.org')], true, true],
  ['only others for wildcards', [issue('letsencrypt.org'), wild('digicert.com')], true, false],
  ['only for wildcards', [issue(';'), wild('letsencrypt.org')], false, true],
  ['only a place to complain', [{ tag: 'other', value: '' }], true, true],
])('records that name %s', (_, records, name, wildcard) => {
  expect([mayIssue(records, 'letsencrypt.org', false), mayIssue(records, 'letsencrypt.org', true)]).toEqual([name, wildcard])
})

it('knows authorities by their directories', () => {
  expect(['https://acme-v02.api.letsencrypt.org/directory', 'https://acme.zerossl.com/v2/DV90', 'https://ca.example.com/acme', 'https://badletsencrypt.org/x'].map(caaIdentity)).toEqual(['letsencrypt.org', 'sectigo.com', null, null])
})

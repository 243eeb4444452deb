import { expect, test } from 'vitest'

import type { BranchOption } from '@/lib/contract/branch'

import { dataOf, draftProblem, firstChoices, rulesOf } from './branch-draft'

const option = (part: Partial<BranchOption>): BranchOption => ({ volumeId: 'vol_1', serviceId: null, name: 'files', engine: null, sizeBytes: null, cannotCopy: null, cannotMask: 'No.', masks: [], snapshots: [], ...part })
const database = option({ volumeId: 'vol_2', serviceId: 'svc_2', name: 'db', engine: 'postgres', cannotMask: null, masks: [{ table: 'people', column: 'name', as: 'text', text: 'x' }, { table: 'people', column: 'email', as: 'email' }] })

test('everything begins empty, under the rules of the last branch', () => {
  expect(firstChoices([option({}), database])).toEqual({
    vol_1: { from: 'empty', rules: [] },
    vol_2: { from: 'empty', rules: [{ table: 'people', column: 'name', as: 'text', text: 'x' }, { table: 'people', column: 'email', as: 'email', text: '' }] },
  })
})

test('what is not empty is asked for by its service or volume, with its rules where there can be any', () => {
  const options = [option({}), database]
  const choices = firstChoices(options)
  expect(dataOf(options, choices)).toEqual([])
  choices.vol_1!.from = 'now'
  choices.vol_2!.from = 'snp_1'
  expect(dataOf(options, choices)).toEqual([
    { volumeId: 'vol_1', from: 'now' },
    { serviceId: 'svc_2', from: 'snapshot', snapshotId: 'snp_1', masks: database.masks },
  ])
})

test('rules in which nothing is written are left out, half ones are told', () => {
  const blank = { table: ' ', column: '', as: 'hash' as const, text: '' }
  expect(rulesOf([blank, { ...blank, table: ' people ', column: 'name', text: 'left from before' }])).toEqual([{ table: 'people', column: 'name', as: 'hash' }])
  expect(draftProblem([blank])).toBeNull()
  expect(draftProblem([{ ...blank, table: 'people' }])).toContain('a table and a column')
  const rule = { ...blank, table: 'people', column: 'name' }
  expect(draftProblem([rule, rule])).toContain('two rules')
})

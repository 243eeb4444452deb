import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { openApiDocument } from './openapi'

test('the checked-in OpenAPI document is the one the contract gives (npm run openapi writes it)', () => {
  expect(JSON.parse(readFileSync('docs/openapi.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(openApiDocument())))
})

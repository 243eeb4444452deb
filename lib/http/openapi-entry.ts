import { writeFileSync } from 'node:fs'

import { openApiDocument } from './openapi'

// `npm run openapi`: writes the document that the test compares with the contract.
writeFileSync('docs/openapi.json', `${JSON.stringify(openApiDocument(), null, 1)}\n`)

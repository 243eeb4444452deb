import { writeFileSync } from 'node:fs'

import { doorsText, firstDoorsText } from './doors'
import { openApiDocument } from './openapi'

// `npm run openapi`: writes what the tests compare with the contract.
writeFileSync('docs/openapi.json', `${JSON.stringify(openApiDocument(), null, 1)}\n`)
writeFileSync('lib/contract/doors.ts', doorsText())
writeFileSync('lib/contract/first-doors.ts', firstDoorsText())

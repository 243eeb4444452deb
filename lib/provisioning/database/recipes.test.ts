import { expect, test } from 'vitest'

import { ENGINE_NAMES, ENGINES } from '../../domain/engine/engines'
import { RECIPES } from './recipes'

test.each(ENGINE_NAMES)('%s replaces its credentials where it is said to', (name) => expect(RECIPES[name].credentials !== null).toBe(ENGINES[name].rotates))

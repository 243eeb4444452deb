import { faultSuite } from './suite'

faultSuite('verdicts', 24_250, (point) => point.startsWith('verdict:'))

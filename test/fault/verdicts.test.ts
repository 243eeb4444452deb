import { faultSuite } from './suite'

faultSuite('verdicts', 34_250, (point) => point.startsWith('verdict:'))

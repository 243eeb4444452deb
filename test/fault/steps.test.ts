import { faultSuite } from './suite'

faultSuite('steps', 34_500, (point) => point.startsWith('step:') || point.startsWith('publish:'))

import { faultSuite } from './suite'

faultSuite('steps', 24_500, (point) => point.startsWith('step:') || point.startsWith('publish:'))

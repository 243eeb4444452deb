import { conformance } from '../conformance'
import { makeProcessSubject } from './process-subject'

conformance('process', () => makeProcessSubject())

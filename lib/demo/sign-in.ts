export type Person = { name: string; email: string }

/** The owner of the organization in a demo. */
export const DEMO_OWNER: Person = { name: 'Ada Lindqvist', email: 'ada@demo.example' }
/** For everybody in a demo. It is printed when a demo starts. */
export const DEMO_PASSWORD = 'easel-demo'

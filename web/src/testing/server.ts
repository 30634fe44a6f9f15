import { setupServer } from 'msw/node'

/** The API at the edge of component tests; each test says what it answers, and no other request is allowed. */
export const server = setupServer()

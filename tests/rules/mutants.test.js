// The matrix is worth something when it notices each small mistake in the rules.
import { afterAll, beforeAll, expect, test } from "vitest";
import { casesOf, check } from "./matrix.js";
import { EQUIVALENT, mutantsOf } from "./mutants.js";
import { DOCUMENTS, loadRules, people, readFile, seed, startRules } from "./world.js";

const PROJECT = "demo-mutants";
const LEAST_KILLED = 0.95;
const MUTANTS = mutantsOf(readFile("firestore.rules"));
// One operation of one person on every document at once: where a mutant lets writes pass, two on one document
// would wait for each other's locks.
const ROUNDS = casesOf(DOCUMENTS[0]).map((_, index) =>
  DOCUMENTS.map((document) => ({ document, each: casesOf(document)[index] })),
);
const survivors = [];
let environment;
let as;

beforeAll(async () => {
  environment = await startRules(PROJECT);
  as = people(environment);
  await seed(environment);
});
afterAll(() => environment?.cleanup());

test.each(MUTANTS)("line $line: $title is noticed", async ({ title, rules }) => {
  await loadRules(PROJECT, rules);

  const noticed = await isNoticed();

  if (!noticed) survivors.push(title);
  expect(noticed || title in EQUIVALENT).toBe(true);
});

test("enough mutants are killed, those that cannot be told from the rules counted as alive", () => {
  const killed = 1 - survivors.length / MUTANTS.length;

  console.info(`Rules: ${MUTANTS.length - survivors.length} of ${MUTANTS.length} mutants killed.`);
  expect(MUTANTS.length).toBeGreaterThan(40);
  expect(killed).toBeGreaterThanOrEqual(LEAST_KILLED);
});

test("the rules themselves pass", async () => {
  await loadRules(PROJECT, readFile("firestore.rules"));

  expect(await isNoticed()).toBe(false);
});

/** Whether any case of the matrix comes out otherwise than the rules say; stops at the first round with one. */
async function isNoticed() {
  for (const round of ROUNDS) {
    const outcomes = await Promise.allSettled(
      round.map(({ each, document }) => check(each, as, document)),
    );
    if (outcomes.some(({ status }) => status === "rejected")) return true;
  }
  return false;
}

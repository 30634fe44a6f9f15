// The rules under test, a seeded database, and the people who might ask.
import { readFileSync } from "node:fs";
import { initializeTestEnvironment } from "@firebase/rules-unit-testing";
import { doc, setDoc, setLogLevel } from "firebase/firestore";

// Denials are what most tests are about; the SDK would log each.
setLogLevel("silent");

const OWNER = "alice";

/** One document of every kind that docs/data-model.md names, and how its owner may read it. */
export const DOCUMENTS = [
  { path: `users/${OWNER}`, get: true, list: false },
  { path: `users/${OWNER}/strategies/s1`, get: true, list: true },
  { path: `users/${OWNER}/strategies/s1/versions/1`, get: true, list: true },
  { path: `users/${OWNER}/strategies/s1/versions/1/parameterSets/p1`, get: false, list: false },
  { path: `users/${OWNER}/strategies/s1/drafts/current`, get: false, list: false },
  { path: `users/${OWNER}/runs/r1`, get: true, list: true },
  { path: `users/${OWNER}/usage/backtests`, get: true, list: false },
  { path: `users/${OWNER}/usage/strategies`, get: true, list: false },
  { path: `users/${OWNER}/idempotency/k1`, get: false, list: false },
  { path: `users/${OWNER}/knownResults/i1`, get: false, list: false },
  { path: `users/${OWNER}/rateLimits/backtest`, get: false, list: false },
  { path: `users/${OWNER}/bots/b1`, get: true, list: true },
  { path: `users/${OWNER}/bots/b1/orders/cw-1`, get: true, list: true },
  { path: `users/${OWNER}/bots/b1/trades/1`, get: true, list: true },
  { path: `users/${OWNER}/bots/b1/commands/c1`, get: true, list: true },
  { path: `users/${OWNER}/bots/b1/log/entry-1`, get: true, list: true },
  { path: `users/${OWNER}/conversations/c1`, get: false, list: false },
  { path: `users/${OWNER}/conversations/c1/messages/1`, get: false, list: false },
  { path: `users/${OWNER}/usage/assistant`, get: true, list: false },
  { path: `users/${OWNER}/uses/l1`, get: false, list: false },
  { path: `users/${OWNER}/settings/alerts`, get: false, list: false },
  { path: "exchangeKeys/k1", get: false, list: false },
  { path: "shareLinks/t1", get: false, list: false },
  { path: "listings/l1", get: false, list: false },
  { path: "listings/l1/versions/1", get: false, list: false },
  { path: "exams/e1", get: false, list: false },
  { path: "outOfSample/l1-1", get: false, list: false },
  { path: "fingerprints/l1-1", get: false, list: false },
  { path: `listings/l1/members/${OWNER}`, get: false, list: false },
  { path: "purchases/p1", get: false, list: false },
  { path: "payments/pi_1", get: false, list: false },
  { path: "ledger/evt_1", get: false, list: false },
  { path: "heardEvents/evt_1", get: false, list: false },
  { path: `earnings/${OWNER}`, get: false, list: false },
  { path: `listings/l1/reviews/${OWNER}`, get: false, list: false },
  { path: `listings/l1/watchers/${OWNER}`, get: false, list: false },
  { path: "cases/l1", get: false, list: false },
  { path: `cases/l1/reports/${OWNER}`, get: false, list: false },
  { path: "notices/n1", get: false, list: false },
  { path: `users/${OWNER}/settings/notices`, get: false, list: false },
  { path: "invitations/t1", get: false, list: false },
  { path: "searchShards/0", get: false, list: false },
  { path: "authors/first-author", get: false, list: false },
  { path: `authorsByUser/${OWNER}`, get: false, list: false },
  { path: `entitlements/l1:${OWNER}`, get: false, list: false },
  { path: `moderators/${OWNER}`, get: false, list: false },
  { path: "keyRisks/k1", get: false, list: false },
  { path: "botLeases/b1", get: false, list: false },
  { path: "keyReleases/r1", get: false, list: false },
  { path: "breakers/keyReleases", get: false, list: false },
  { path: "apiTokens/t1", get: false, list: false },
  { path: "outbox/r1-1", get: false, list: false },
  { path: `erasures/${OWNER}`, get: false, list: false },
  { path: `suspensions/${OWNER}`, get: false, list: false },
  { path: "audit/a1", get: false, list: false },
  // Nobody wrote a rule for these, so nobody may read them.
  { path: `users/${OWNER}/future/f1`, get: false, list: false },
  { path: `users/${OWNER}/runs/r1/future/f1`, get: false, list: false },
  { path: `users/${OWNER}/bots/b1/future/f1`, get: false, list: false },
  { path: `users/${OWNER}/bots/b1/orders/cw-1/future/f1`, get: false, list: false },
  { path: `users/${OWNER}/bots/b1/trades/1/future/f1`, get: false, list: false },
  { path: `users/${OWNER}/bots/b1/commands/c1/future/f1`, get: false, list: false },
  { path: `users/${OWNER}/bots/b1/log/entry-1/future/f1`, get: false, list: false },
  { path: `users/${OWNER}/usage/backtests/future/f1`, get: false, list: false },
  { path: `users/${OWNER}/strategies/s1/versions/1/future/f1`, get: false, list: false },
  { path: "future/f1", get: false, list: false },
];

export const readFile = (name) =>
  readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");

/** Start the rules on the emulator that FIRESTORE_EMULATOR_HOST names. */
export async function startRules(projectId = "demo-candlewick") {
  const [host, port] = emulator().split(":");
  return initializeTestEnvironment({
    projectId,
    firestore: { host, port: Number(port), rules: readFile("firestore.rules") },
  });
}

/** Put other rules in the place of a project's; throws when they do not compile. */
export async function loadRules(project, rules) {
  const reply = await fetch(`http://${emulator()}/emulator/v1/projects/${project}:securityRules`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ rules: { files: [{ name: "firestore.rules", content: rules }] } }),
  });
  if (!reply.ok) throw new Error(`These rules do not compile: ${await reply.text()}\n${rules}`);
}

/** What the emulator counted: expressions that were never evaluated, and conditions that only ever had one value. */
export async function coverage(project = "demo-candlewick") {
  const reply = await fetch(`http://${emulator()}/emulator/v1/projects/${project}:ruleCoverage`);
  const { report } = await reply.json();
  const all = report.flatMap(withChildren);
  const place = ({ sourcePosition: { line, column } }) => `${line}:${column}`;
  const values = (expression) => (expression.values ?? []).map(({ value }) => value);
  return {
    expressions: all.length,
    unused: all.filter((each) => values(each).length === 0).map(place),
    oneSided: report
      .filter((each) => new Set(values(each).map(({ boolValue }) => boolValue)).size < 2)
      .map(place),
  };
}

const withChildren = (expression) => [
  expression,
  ...(expression.children ?? []).flatMap(withChildren),
];

function emulator() {
  const host = process.env.FIRESTORE_EMULATOR_HOST;
  if (!host) throw new Error("Set FIRESTORE_EMULATOR_HOST; `make test` runs these tests inside a stack.");
  return host;
}

/** Put every document in place, past the rules, so that a denial is about the rules. */
export async function seed(environment) {
  await environment.clearFirestore();
  await environment.withSecurityRulesDisabled(async (context) => {
    for (const { path } of DOCUMENTS) {
      await setDoc(doc(context.firestore(), path), { owner: OWNER, name: "seeded" });
    }
  });
}

export function people(environment) {
  return {
    owner: environment.authenticatedContext(OWNER, { email_verified: true }).firestore(),
    "owner who has not confirmed the address": environment
      .authenticatedContext(OWNER, { email_verified: false })
      .firestore(),
    "another user": environment.authenticatedContext("bob").firestore(),
    "somebody who claims to be the owner": environment
      .authenticatedContext("mallory", { owner: OWNER, email: `${OWNER}@example.org`, admin: true })
      .firestore(),
    anonymous: environment.unauthenticatedContext().firestore(),
  };
}
